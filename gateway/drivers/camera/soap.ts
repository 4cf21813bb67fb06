import { randomUUID } from 'node:crypto';
import { isLiftgateError, LiftgateError } from '../../../protocols/error.ts';
import { at, child, textAt, type XmlNode } from '../../../protocols/onvif/tree.ts';
import type { Clock } from '../../../protocols/time.ts';
import { exchange, type HttpAnswer, shown } from './http.ts';
import { basicLogin, type Credential, DigestLogin, offersBasic, usernameToken } from './login.ts';
import { escapeXml, MOST_XML_BYTES, parseXml, writeXml } from './xml.ts';

/** What a service said: an answer, or a fault, which is an answer too. */
export type SoapAnswer =
  | { readonly ok: true; readonly envelope: XmlNode; readonly body: XmlNode }
  | { readonly ok: false; readonly codes: readonly string[]; readonly reason: string; readonly detail: XmlNode | null };

export interface SoapCall {
  readonly url: string;
  /** The request element with its namespace. */
  readonly body: string;
  /** WS-Addressing action; given for the event services, which demand it. */
  readonly action?: string;
  /** Reference parameters of a subscription, echoed as headers (WS-Addressing 1.0, 2.1). */
  readonly parameters?: readonly XmlNode[];
  readonly deadlineMs?: number;
  /** Send no credential: GetSystemDateAndTime must work without (Core, access classes). */
  readonly anonymous?: boolean;
  readonly signal: AbortSignal;
}

export interface Session {
  readonly device: string;
  readonly url: string;
  readonly credential: Credential;
  readonly clock: Clock;
  /** SHA-256 of the one certificate to trust. */
  readonly fingerprint: string | null;
  /** Factor on all waits and deadlines; 1 but for a time-lapse. */
  readonly pace: number;
  /** Camera's clock minus ours, in ms; 0 until it is known. */
  offsetMs: number;
  /** How the camera wants to be logged in to; found out by asking without a credential. Never two at once (Core). */
  scheme: 'unknown' | 'digest' | 'token' | 'basic';
  /** The header of HTTP Basic, of a camera that wants it and may have it. */
  basic: string | null;
  readonly digest: DigestLogin;
  /** Measures `offsetMs` anew; a refused token may only mean that the camera's clock moved. */
  remeasure: (signal: AbortSignal) => Promise<void>;
}

const DEADLINE_MS = 5_000;
/** Two refused logins are all that a camera gets in this time: some lock the account for five minutes. */
const LOCKED_MS = 360_000;
/** More than the whole seconds that GetSystemDateAndTime knows, and a slow answer, can explain. */
const MOVED_MS = 3_000;
const REFUSED = /NotAuthorized|FailedAuthentication|InvalidSecurity|FailedCheck/;
/** Firmware that has a code of its own for it says so in words. */
const REFUSED_IN_WORDS = /(not|un)[ -]?authori[sz]ed|requires? auth|authority fail|authentication (fail|requir)/i;
/** Where the device service stands (ONVIF Core), for a URL that names the camera alone. */
const USUAL_PATH = '/onvif/device_service';
const ADDRESSING = 'http://www.w3.org/2005/08/addressing';

export function openSession(
  device: string,
  url: string,
  credential: Credential,
  clock: Clock,
  { fingerprint = null, pace = 1 }: { fingerprint?: string | null | undefined; pace?: number | undefined } = {},
): Session {
  const place = new URL(url);
  if (place.pathname === '/') place.pathname = USUAL_PATH;
  return {
    device,
    url: place.href,
    credential,
    clock,
    fingerprint,
    pace,
    offsetMs: 0,
    scheme: 'unknown',
    basic: null,
    digest: new DigestLogin(),
    remeasure: async () => {},
  };
}

/**
 * Calls one operation, logging in the way the camera asks for. A password that is refused is not tried again, unless
 * the nonce ran out or the camera's clock moved: cameras lock accounts after a few wrong ones.
 * @throws LiftgateError `unreachable` (no answer, or one that is not SOAP), `busy` (HTTP 429, 503),
 *   `denied` (wrong user or password).
 */
export async function call(session: Session, c: SoapCall): Promise<SoapAnswer> {
  let measured = false;
  let refusals = 0;
  let basic = false;
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const loggedIn = !c.anonymous && session.scheme !== 'unknown';
    const reused = session.digest.uses > 0;
    const http = await post(session, c);
    const barred = http.status === 401 || http.status === 403;
    if (c.anonymous) return barred ? BARRED : read(session, c, http);
    if (barred) {
      const tried = loggedIn && session.scheme === 'digest';
      if (tried) refusals += 1;
      const challenge = session.digest.accept(http.challenges);
      // A nonce that worked before may have run out; a new one that is refused speaks of the password.
      if (challenge && (!tried || challenge.stale || reused)) {
        session.scheme = 'digest';
        continue;
      }
      if (tried) break;
      basic ||= http.challenges.some(offersBasic);
      session.basic ??= basicLogin(session.credential, c.url, http.challenges);
      if (session.basic !== null && session.scheme === 'unknown') {
        session.scheme = 'basic';
        continue;
      }
    }
    const answer = barred ? BARRED : read(session, c, http);
    if (!isRefused(answer)) return answer;
    if (loggedIn) refusals += 1;
    if (session.scheme === 'unknown') session.scheme = 'token';
    else if (session.scheme !== 'token' || measured || !(await clockMoved(session, c.signal))) break;
    else measured = true;
  }
  const about = `device ${session.device}`;
  // No password was shown, so that none can be wrong.
  if (basic && session.scheme !== 'basic')
    throw new LiftgateError(
      'denied',
      `${about}: the camera takes HTTP Basic alone, which shows the password to the whole network; ` +
        'switch on digest in the camera, or write an https url',
      { about, trouble: 'basic-only' },
    );
  throw new LiftgateError(
    'denied',
    `${about}: the camera refuses user "${session.credential.user}"; ` +
      'check user and password in the configuration, and that this ONVIF user may read events and media',
    { about, trouble: 'wrong-password', ...(refusals < 2 ? {} : { retryAfterMs: LOCKED_MS }) },
  );
}

/** What a web server says that lets nobody through, in the words of a service. */
const BARRED: SoapAnswer = { ok: false, codes: ['NotAuthorized'], reason: '', detail: null };

/** Does the camera ask for a login, or refuse ours? */
export function isRefused(answer: SoapAnswer): boolean {
  return !answer.ok && (answer.codes.some((c) => REFUSED.test(c)) || REFUSED_IN_WORDS.test(answer.reason));
}

/** Measures the camera's clock anew; true when that could be why a token was refused. */
async function clockMoved(session: Session, signal: AbortSignal): Promise<boolean> {
  const before = session.offsetMs;
  await session.remeasure(signal);
  return Math.abs(session.offsetMs - before) > MOVED_MS;
}

/** As `call`, but a fault is an error. @throws LiftgateError as `call`, and `unreachable` for a fault. */
export async function ask(session: Session, c: SoapCall): Promise<XmlNode> {
  const answer = await call(session, c);
  if (answer.ok) return answer.body;
  throw faultError(session, c.url, answer);
}

export function faultError(session: Session, url: string, fault: Extract<SoapAnswer, { ok: false }>): LiftgateError {
  const said = `${fault.codes.join(' ')} ${fault.reason}`.slice(0, 200);
  return new LiftgateError('unreachable', `device ${session.device}: ${shown(url)} answers with a fault: ${said}`, {
    about: `device ${session.device}`,
  });
}

/** Tries the same thing at one address after the other, as long as nothing usable answers. */
export async function firstThatAnswers<T>(urls: readonly string[], go: (url: string) => Promise<T>): Promise<T> {
  for (const [i, url] of urls.entries()) {
    try {
      return await go(url);
    } catch (e) {
      if (i === urls.length - 1 || !isLiftgateError(e) || e.code !== 'unreachable') throw e;
    }
  }
  throw new LiftgateError('invalid', 'expected an http or https address from the camera, got none');
}

async function post(session: Session, c: SoapCall): Promise<HttpAnswer> {
  const scheme = c.anonymous ? 'unknown' : session.scheme;
  const { pathname, search } = new URL(c.url);
  const digest = scheme === 'digest' ? session.digest.header(session.credential, 'POST', pathname + search) : null;
  // Never to an address in clear, even if a camera names one.
  const basic = scheme === 'basic' && c.url.startsWith('https:') ? session.basic : null;
  const login = digest ?? basic;
  const action = c.action === undefined ? '' : `; action="${c.action}"`;
  return exchange(session.device, {
    method: 'POST',
    url: c.url,
    headers: {
      'content-type': `application/soap+xml; charset=utf-8${action}`,
      ...(login === null ? {} : { authorization: login }),
    },
    body: envelope(session, c, scheme === 'token'),
    deadlineMs: c.deadlineMs ?? DEADLINE_MS * session.pace,
    fingerprint: session.fingerprint,
    mostBytes: MOST_XML_BYTES,
    signal: c.signal,
  });
}

function envelope(session: Session, c: SoapCall, token: boolean): string {
  const addressing =
    c.action === undefined
      ? ''
      : `<Action xmlns="${ADDRESSING}">${c.action}</Action>` +
        `<MessageID xmlns="${ADDRESSING}">urn:uuid:${randomUUID()}</MessageID>` +
        `<ReplyTo xmlns="${ADDRESSING}"><Address>${ADDRESSING}/anonymous</Address></ReplyTo>` +
        `<To xmlns="${ADDRESSING}">${escapeXml(c.url)}</To>`;
  const mark = ` a:IsReferenceParameter="true" xmlns:a="${ADDRESSING}"`;
  const parameters = (c.parameters ?? []).map((p) => writeXml(p, mark)).join('');
  const security = token ? usernameToken(session.credential, session.clock() + session.offsetMs) : '';
  return (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">' +
    `<s:Header>${addressing}${parameters}${security}</s:Header><s:Body>${c.body}</s:Body></s:Envelope>`
  );
}

/** @throws LiftgateError `busy` or `unreachable` when it is not SOAP: an HTML page, half an answer, garbage. */
function read(session: Session, c: SoapCall, http: HttpAnswer): SoapAnswer {
  let root: XmlNode | null = null;
  let why = '';
  try {
    root = parseXml(http.body.toString('utf8'));
  } catch (e) {
    why = isLiftgateError(e) ? `: ${e.message}` : '';
  }
  const body = root?.name === 'Envelope' ? child(root, 'Body') : null;
  const first = body?.children[0];
  if (!root || !body || !first) {
    const isBusy = http.status === 503 || http.status === 429;
    throw new LiftgateError(
      isBusy ? 'busy' : 'unreachable',
      `device ${session.device}: expected a SOAP answer from ${shown(c.url)}, got HTTP ${http.status} ` +
        `${http.type || 'without a type'}${why}; ` +
        (isBusy ? 'the camera is busy or still starting' : 'is the url that of an ONVIF device service?'),
      { about: `device ${session.device}`, ...(http.retryAfterMs === null ? {} : { retryAfterMs: http.retryAfterMs }) },
    );
  }
  if (first.name !== 'Fault') return { ok: true, envelope: root, body: first };
  const codes: string[] = [];
  for (let code = at(first, 'Code'); code; code = child(code, 'Subcode')) codes.push(textAt(code, 'Value') ?? '');
  // SOAP 1.1, which some firmware answers with.
  const old = textAt(first, 'faultcode');
  if (old !== null) codes.push(old);
  const detail = child(first, 'Detail') ?? child(first, 'detail');
  // WS-BaseNotification says in the detail's element which fault it is.
  codes.push(...(detail?.children.map((d) => d.name) ?? []));
  return { ok: false, codes, reason: textAt(first, 'Reason', 'Text') ?? textAt(first, 'faultstring') ?? '', detail };
}
