import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../protocols/time.ts';
import { text } from './xml.ts';

/** Which login the camera wants for SOAP. Pictures always want HTTP digest, as most cameras do. */
export type LoginManner = 'token' | 'digest' | 'digest-sess' | 'digest-sha256';

interface Account {
  readonly user: string;
  readonly password: string;
}

/** A created time this far from the camera's clock is refused (UsernameToken Profile 1.0, 3.1 recommends 5 min). */
const WINDOW_MS = 5 * 60_000;
const MOST_NONCES = 10_000;

/** Checks WS-UsernameToken headers: digest, freshness, and no nonce twice. */
export function createTokenGuard(account: Account, clock: Clock): (header: unknown) => boolean {
  const seen = new Set<string>();
  return (header) => {
    const token = (header as { Security?: { UsernameToken?: unknown } } | undefined)?.Security?.UsernameToken;
    const nonce = text(token, 'Nonce');
    const created = text(token, 'Created');
    if (text(token, 'Username') !== account.user || !nonce || !created || seen.has(nonce)) return false;
    const age = Math.abs(clock() - Date.parse(created));
    if (!(age <= WINDOW_MS)) return false;
    const digest = createHash('sha1')
      .update(Buffer.concat([Buffer.from(nonce, 'base64'), Buffer.from(created), Buffer.from(account.password)]))
      .digest('base64');
    if (text(token, 'Password') !== digest) return false;
    seen.add(nonce);
    if (seen.size > MOST_NONCES) seen.delete(seen.values().next().value!);
    return true;
  };
}

const REALM = 'bay camera';
const MOST_USES = 50;

export interface DigestGuard {
  /** `ok`, or the WWW-Authenticate headers to refuse with. */
  check(method: string, uri: string, authorization: string | undefined): 'ok' | string[];
}

/** HTTP digest (RFC 7616): SHA-256 first if asked for, else MD5 or MD5-sess; a nonce is good for 50 uses, then stale. */
export function createDigestGuard(account: Account, login: LoginManner): DigestGuard {
  const algorithms = login === 'digest-sha256' ? ['SHA-256', 'MD5'] : login === 'digest-sess' ? ['MD5-sess'] : ['MD5'];
  const nonces = new Map<string, number>();
  const refuse = (stale: boolean): string[] => {
    const nonce = randomBytes(16).toString('hex');
    nonces.set(nonce, 0);
    if (nonces.size > MOST_NONCES) nonces.delete(nonces.keys().next().value!);
    return algorithms.map(
      (a) =>
        `Digest realm="${REALM}", qop="auth,auth-int", algorithm=${a}, nonce="${nonce}"${stale ? ', stale=TRUE' : ''}`,
    );
  };
  return {
    check(method, uri, authorization) {
      const fields = fieldsOf(authorization ?? '');
      const { username, nonce = '', nc = '', cnonce, qop, response } = fields;
      const count = nonces.get(nonce);
      const algorithm = algorithms.find((a) => a === (fields.algorithm ?? 'MD5'));
      if (username === undefined || count === undefined || !algorithm) return refuse(false);
      const hash = (t: string) =>
        createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
          .update(t)
          .digest('hex');
      const plain = hash(`${account.user}:${REALM}:${account.password}`);
      const a1 = algorithm === 'MD5-sess' ? hash(`${plain}:${nonce}:${cnonce}`) : plain;
      const right = hash([a1, nonce, nc, cnonce, qop, hash(`${method}:${fields.uri}`)].join(':'));
      if (username !== account.user || fields.uri !== uri || qop !== 'auth' || response !== right) return refuse(false);
      const use = Number.parseInt(nc, 16);
      if (!(use > count) || use > MOST_USES) return refuse(true);
      nonces.set(nonce, use);
      return 'ok';
    },
  };
}

function fieldsOf(authorization: string): Record<string, string | undefined> {
  if (!/^Digest /i.test(authorization)) return {};
  const pairs = authorization.slice(7).matchAll(/(\w+)=(?:"([^"]*)"|([^,\s]+))/g);
  return Object.fromEntries([...pairs].map((m) => [m[1]!, m[2] ?? m[3]]));
}
