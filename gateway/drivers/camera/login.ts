import { createHash, randomBytes } from 'node:crypto';
import { type Millis, toRfc3339 } from '../../../protocols/time.ts';
import { escapeXml } from './xml.ts';

export interface Credential {
  readonly user: string;
  readonly password: string;
}

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const PROFILE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest';
const BASE64 = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';

/**
 * The header of HTTP Basic (RFC 7617) where it is offered and may be used; null otherwise. In clear over http it would give
 * the password to the whole network, so it is answered over https alone.
 */
export function basicLogin({ user, password }: Credential, url: string, challenges: readonly string[]): string | null {
  const may = url.startsWith('https:') && challenges.some(offersBasic);
  return may ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : null;
}

export function offersBasic(challenge: string): boolean {
  return /(^|,)\s*basic\b(?!\s*=)/i.test(challenge);
}

/**
 * The Security header of OASIS UsernameToken Profile 1.0, password as a digest.
 * @param now the camera's time, not ours: it refuses what was created too far from its own clock.
 */
export function usernameToken({ user, password }: Credential, now: Millis): string {
  const nonce = randomBytes(16);
  const created = toRfc3339(now);
  const digest = passwordDigest(nonce, created, password);
  return (
    `<Security xmlns="${WSSE}"><UsernameToken><Username>${escapeXml(user)}</Username>` +
    `<Password Type="${PROFILE}">${digest}</Password>` +
    `<Nonce EncodingType="${BASE64}">${nonce.toString('base64')}</Nonce>` +
    `<Created xmlns="${WSU}">${created}</Created></UsernameToken></Security>`
  );
}

/** Base64(SHA-1(nonce ‖ created ‖ password)). */
export function passwordDigest(nonce: Buffer, created: string, password: string): string {
  return createHash('sha1').update(nonce).update(created).update(password).digest('base64');
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  readonly algorithm: 'SHA-256' | 'MD5';
  /** `-sess`: the first hash also holds nonce and cnonce, and stands for the session. */
  readonly session: boolean;
  /** RFC 2069 servers offer no qop. */
  readonly qop: boolean;
  readonly stale: boolean;
}

/** HTTP digest login (RFC 7616) at one server: keeps the nonce and counts its uses. */
export class DigestLogin {
  private challenge: Challenge | null = null;
  /** One for as long as the nonce: servers differ in whether a session's hash holds the first or the present one. */
  private cnonce = '';
  /** How often the nonce in use was sent. */
  uses = 0;

  /**
   * Takes the WWW-Authenticate headers of a 401: SHA-256 if offered, else MD5; unknown algorithms are skipped.
   * Gives null when none of them is a digest that we can answer.
   */
  accept(headers: readonly string[]): { stale: boolean } | null {
    const offers = headers.flatMap(challengesIn);
    const best = offers.find((o) => o.algorithm === 'SHA-256') ?? offers[0];
    if (!best) return null;
    this.challenge = best;
    this.uses = 0;
    this.cnonce = '';
    return { stale: best.stale };
  }

  /** The Authorization header for a request; null before the first challenge. `uri` is path and query. */
  header({ user, password }: Credential, method: string, uri: string, given?: string): string | null {
    const c = this.challenge;
    if (!c) return null;
    this.uses += 1;
    this.cnonce = given ?? (c.session && this.cnonce !== '' ? this.cnonce : randomNonce());
    const { cnonce } = this;
    // What came in a header is bytes, one a character; user and password go as UTF-8 (RFC 7616, 4).
    const hash = (bytes: string) =>
      createHash(c.algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(bytes, 'latin1')
        .digest('hex');
    const nc = this.uses.toString(16).padStart(8, '0');
    const account = hash(`${utf8(user)}:${c.realm}:${utf8(password)}`);
    const ha1 = c.session ? hash(`${account}:${c.nonce}:${cnonce}`) : account;
    const ha2 = hash(`${method}:${uri}`);
    const response = hash(c.qop ? `${ha1}:${c.nonce}:${nc}:${cnonce}:auth:${ha2}` : `${ha1}:${c.nonce}:${ha2}`);
    const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;
    return [
      `Digest username=${quoted(utf8(user))}`,
      `realm=${quoted(c.realm)}`,
      `nonce=${quoted(c.nonce)}`,
      `uri=${quoted(uri)}`,
      `response="${response}"`,
      `algorithm=${c.algorithm}${c.session ? '-sess' : ''}`,
      ...(c.qop ? [`qop=auth`, `nc=${nc}`] : []),
      ...(c.qop || c.session ? [`cnonce="${cnonce}"`] : []),
      ...(c.opaque === null ? [] : [`opaque=${quoted(c.opaque)}`]),
    ].join(', ');
  }
}

/** The bytes of a text in UTF-8, one a character, as headers hold them. */
function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function randomNonce(): string {
  return randomBytes(16).toString('hex');
}

/** One header may hold several challenges, and several headers may come (RFC 7616, 3.7). */
function challengesIn(header: string): Challenge[] {
  return header
    .split(/(?:^|,)\s*(?=(?:Digest|Basic|Bearer|Negotiate|NTLM)\b(?!\s*=))/i)
    .filter((part) => /^\s*Digest\s/i.test(part))
    .flatMap((part) => {
      const word = (name: string) => {
        const m = new RegExp(`[\\s,]${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,]+))`, 'i').exec(part);
        return m ? (m[1]?.replace(/\\(.)/g, '$1') ?? m[2] ?? null) : null;
      };
      const [, algorithm, sess] = /^(.*?)(-SESS)?$/.exec((word('algorithm') ?? 'MD5').toUpperCase())!;
      const nonce = word('nonce');
      const qop = word('qop')
        ?.split(',')
        .map((q) => q.trim().toLowerCase());
      if (nonce === null || (algorithm !== 'MD5' && algorithm !== 'SHA-256')) return [];
      if (qop && !qop.includes('auth')) return [];
      const stale = word('stale')?.toLowerCase() === 'true';
      return [
        {
          realm: word('realm') ?? '',
          nonce,
          opaque: word('opaque'),
          algorithm,
          session: sess !== undefined,
          qop: qop !== undefined,
          stale,
        } as const,
      ];
    });
}
