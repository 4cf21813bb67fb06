import { isLiftgateError } from '../../../protocols/error.ts';
import { cameraTime } from '../../../protocols/onvif/time.ts';
import { childrenOf, textAt, type XmlNode } from '../../../protocols/onvif/tree.ts';
import { mend } from './address.ts';
import { ask, call, firstThatAnswers, isRefused, type Session } from './soap.ts';
import { escapeXml } from './xml.ts';

const DEVICE = 'http://www.onvif.org/ver10/device/wsdl';
const EVENTS = 'http://www.onvif.org/ver10/events/wsdl';
const MEDIA = 'http://www.onvif.org/ver10/media/wsdl';
const MEDIA2 = 'http://www.onvif.org/ver20/media/wsdl';

/** Where the camera's services are, each as a list of addresses to try; empty when it has none. */
export interface Services {
  readonly events: readonly string[];
  readonly media: readonly string[];
  readonly mediaVersion: 1 | 2;
}

/**
 * Sets the session's clock offset from GetSystemDateAndTime, asked without a credential, and with one of a camera that
 * demands it. One that does not know the time leaves it as it is: false then.
 * @param login may it be asked with a credential? Not from within a login.
 * @throws LiftgateError as `call`.
 */
export async function measureClock(session: Session, signal: AbortSignal, login = true): Promise<boolean> {
  let before = session.clock();
  const body = `<GetSystemDateAndTime xmlns="${DEVICE}"/>`;
  let answer = await call(session, { url: session.url, body, anonymous: true, signal });
  if (login && isRefused(answer)) {
    answer = await call(session, { url: session.url, body, signal });
    before = session.clock();
  }
  const theirs = answer.ok ? cameraTime(answer.body) : null;
  if (theirs === null) return false;
  session.offsetMs = Math.round(theirs - (before + session.clock()) / 2);
  return true;
}

/**
 * Logs in and finds the services: GetServices, or GetCapabilities of firmware that is older than that.
 * @throws LiftgateError as `ask`.
 */
export async function findServices(session: Session, signal: AbortSignal): Promise<Services> {
  const url = session.url;
  const body = `<GetServices xmlns="${DEVICE}"><IncludeCapability>false</IncludeCapability></GetServices>`;
  // Small servers answer what they do not know with a page of HTML instead of a fault.
  const answer = await call(session, { url, body, signal }).catch(forgiven);
  if (!answer?.ok) return oldServices(session, signal);
  const found = childrenOf(answer.body, 'Service');
  const of = (ns: string) => {
    const address = textAt(found.find((s) => textAt(s, 'Namespace') === ns) ?? null, 'XAddr');
    return address === null ? [] : mend(address, url);
  };
  const media = of(MEDIA);
  const events = of(EVENTS);
  const older = events.length > 0 ? null : await oldServices(session, signal).catch(forgiven);
  return {
    events: older?.events ?? events,
    media: media.length > 0 ? media : of(MEDIA2),
    mediaVersion: media.length > 0 ? 1 : 2,
  };
}

/** A service that gives no answer, or none that can be read, may be done without. A refused login may not. */
function forgiven(e: unknown): null {
  if (isLiftgateError(e) && e.code === 'unreachable') return null;
  throw e;
}

async function oldServices(session: Session, signal: AbortSignal): Promise<Services> {
  const body = `<GetCapabilities xmlns="${DEVICE}"><Category>All</Category></GetCapabilities>`;
  const answer = await ask(session, { url: session.url, body, signal });
  const of = (name: string) => {
    const address = textAt(answer, 'Capabilities', name, 'XAddr');
    return address === null ? [] : mend(address, session.url);
  };
  return { events: of('Events'), media: of('Media'), mediaVersion: 1 };
}

/**
 * The token of the first media profile; null when the camera has none, or its media service does not answer: its events
 * may be well all the same.
 * @throws LiftgateError `denied`, `busy`
 */
export async function firstProfile(session: Session, services: Services, signal: AbortSignal): Promise<string | null> {
  if (services.media.length === 0) return null;
  const body = `<GetProfiles xmlns="${services.mediaVersion === 1 ? MEDIA : MEDIA2}"/>`;
  const answer = await firstThatAnswers(services.media, (url) => ask(session, { url, body, signal })).catch(forgiven);
  return answer && (childrenOf(answer, 'Profiles')[0]?.attrs.token ?? null);
}

/**
 * Where the picture of a profile can be had by HTTP GET; empty when the camera offers none (a fault, or `rtsp:` only).
 * @throws LiftgateError as `ask`, but for faults.
 */
export async function snapshotAddresses(
  session: Session,
  services: Services,
  profile: string,
  signal: AbortSignal,
): Promise<string[]> {
  const ns = services.mediaVersion === 1 ? MEDIA : MEDIA2;
  const body = `<GetSnapshotUri xmlns="${ns}"><ProfileToken>${escapeXml(profile)}</ProfileToken></GetSnapshotUri>`;
  const answer = await firstThatAnswers(services.media, (url) => call(session, { url, body, signal }));
  if (!answer.ok) return [];
  const uri = uriOf(answer.body);
  return uri === null ? [] : mend(uri, session.url);
}

/** Media 1 wraps the URI in a MediaUri, Media 2 does not. */
function uriOf(body: XmlNode): string | null {
  return textAt(body, 'MediaUri', 'Uri') ?? textAt(body, 'Uri');
}
