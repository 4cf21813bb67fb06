import { isLiftgateError, LiftgateError } from '../../../protocols/error.ts';
import { exchange, type HttpAnswer, shown } from './http.ts';
import { basicLogin, DigestLogin } from './login.ts';
import { type Services, snapshotAddresses } from './services.ts';
import type { Session } from './soap.ts';

const MOST_BYTES = 8 * 1_048_576;
const DEADLINE_MS = 5_000;

/** Takes pictures of one profile. A picture lives in memory for one look; it is never written anywhere. */
export interface Snapshots {
  /**
   * One whole JPEG.
   * @throws LiftgateError `not-found` when the camera has no picture to give (no URI, `rtsp:` only, 404, HTML, half a
   *   picture), `denied` when it refuses our login, `unreachable` when it does not answer.
   */
  take(signal: AbortSignal): Promise<Buffer>;
}

/** Cameras lock an account for minutes after a few refused logins, and pictures have a login of their own. */
const REFUSED_MS = 360_000;

/** What is left of a refused login from one connect to the next: who asks meanwhile is refused by us. */
export interface PictureLock {
  refused: { readonly error: LiftgateError; readonly until: number } | null;
}

export function createSnapshots(
  session: Session,
  services: Services,
  profile: string,
  lock: PictureLock = { refused: null },
): Snapshots {
  // Apart from that of SOAP: some cameras serve pictures from a second web server with its own nonces.
  const login = new DigestLogin();
  let found: string | null = null;
  return {
    async take(signal) {
      if (lock.refused && performance.now() < lock.refused.until) throw lock.refused.error;
      const addresses = found === null ? await snapshotAddresses(session, services, profile, signal) : [found];
      // To be asked for again after any failure: a reboot or a new setting may have moved it.
      found = null;
      let why: unknown = noPicture(session, 'no http address for one (GetSnapshotUri)');
      for (const url of addresses) {
        try {
          const picture = await get(session, login, url, signal);
          found = url;
          return picture;
        } catch (e) {
          why = e;
          if (isLiftgateError(e) && e.code === 'denied') {
            lock.refused = { error: e, until: performance.now() + REFUSED_MS * session.pace };
            break;
          }
        }
      }
      throw why;
    },
  };
}

async function get(session: Session, login: DigestLogin, url: string, signal: AbortSignal): Promise<Buffer> {
  const { pathname, search } = new URL(url);
  const once = (basic: string | null = null): Promise<HttpAnswer> => {
    const authorization = basic ?? login.header(session.credential, 'GET', pathname + search);
    const headers = { accept: 'image/jpeg', ...(authorization === null ? {} : { authorization }) };
    return exchange(session.device, {
      method: 'GET',
      url,
      headers,
      deadlineMs: DEADLINE_MS * session.pace,
      fingerprint: session.fingerprint,
      mostBytes: MOST_BYTES,
      signal,
    });
  };
  let answer = await once();
  if (answer.status === 401) {
    const isDigest = login.accept(answer.challenges) !== null;
    const basic = isDigest ? null : basicLogin(session.credential, url, answer.challenges);
    if (isDigest || basic !== null) answer = await once(basic);
  }
  if (answer.status === 401)
    throw new LiftgateError(
      'denied',
      `device ${session.device}: ${shown(url)} refuses user "${session.credential.user}"`,
      {
        about: `device ${session.device}`,
      },
    );
  if (answer.status !== 200) throw noPicture(session, `HTTP ${answer.status} from ${shown(url)}`);
  if (!isWholeJpeg(answer.body))
    throw noPicture(session, `${answer.body.length} bytes of ${answer.type || 'no type'} that are no whole JPEG`);
  return answer.body;
}

/** Start and end markers (ITU-T T.81, B.1.1.3); padding after the end is allowed. */
function isWholeJpeg(bytes: Buffer): boolean {
  return bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8 && bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) > 2;
}

function noPicture(session: Session, got: string): LiftgateError {
  return new LiftgateError('not-found', `device ${session.device}: expected a JPEG picture, got ${got}`, {
    about: `device ${session.device}`,
  });
}
