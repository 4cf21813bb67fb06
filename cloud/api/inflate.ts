import { gunzipSync } from 'node:zlib';
import { LiftgateError, messageOf } from '../../protocols/error.ts';
import { SYNC_LIMITS } from '../../protocols/sync.ts';

/**
 * The JSON of a batch, gzipped or not. In one piece: some hundred events take about a millisecond, and by way of streams
 * and the thread pool several times that.
 * @throws LiftgateError `invalid` for another encoding, for bytes that are no gzip and for a text that is no JSON; an error
 *   with status 413, on which a gateway sends half as much
 */
export function readJson(bytes: Buffer, encoding = 'identity'): unknown {
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new LiftgateError('invalid', `content-encoding: expected gzip or none, got ${encoding}`);
  const text = encoding === 'gzip' ? inflated(bytes) : bytes;
  try {
    return JSON.parse(text.toString());
  } catch (cause) {
    throw new LiftgateError('invalid', `the batch is no JSON: ${messageOf(cause)}`, { cause });
  }
}

function inflated(bytes: Buffer): Buffer {
  if (bytes.length > SYNC_LIMITS.bytes) throw tooLarge(`${SYNC_LIMITS.bytes} bytes after gzip`);
  try {
    return gunzipSync(bytes, { maxOutputLength: SYNC_LIMITS.inflatedBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(`${SYNC_LIMITS.inflatedBytes} bytes of JSON`);
    throw new LiftgateError('invalid', `the batch is no gzip: ${messageOf(cause)}`, { cause });
  }
}

function tooLarge(most: string): Error {
  return Object.assign(new Error(`a batch may have ${most}; send fewer events`), { statusCode: 413 });
}
