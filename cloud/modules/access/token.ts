import { createHash, randomBytes } from 'node:crypto';

/** A secret of 256 bits for a cookie, a header or a link. The prefix tells people what it opens. */
export function newToken(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** What is kept of a token. A fast hash is enough: 256 random bits cannot be guessed. */
export function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
