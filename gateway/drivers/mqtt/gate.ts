import type { Socket } from 'node:net';
import { LiftgateError } from '../../../protocols/error.ts';
import { PAYLOAD_LIMITS } from '../../../protocols/sensor/payload.ts';

/** Payload, topic and identifiers of the largest packet that is let through. */
const LARGEST = PAYLOAD_LIMITS.bytes + 1_024;

/**
 * Follows the lengths of MQTT packets (3.1.1, section 2.2.3) through any chunking of the bytes. A packet may announce
 * up to 256 MB, and a parser would gather them all before anyone could say no.
 */
export class PacketGate {
  /** Bytes of the current packet still to come; while its length is being read, null. */
  #left: number | null = 0;
  #length = 0;
  #shift = 0;

  /** False as soon as a packet announces more than fits, or its length is malformed. */
  admits(chunk: Uint8Array): boolean {
    let i = 0;
    while (i < chunk.length) {
      if (this.#left === null) {
        const byte = chunk[i++]!;
        this.#length |= (byte & 0x7f) << this.#shift;
        this.#shift += 7;
        if (byte & 0x80) {
          if (this.#shift > 21) return false;
          continue;
        }
        if (this.#length > LARGEST) return false;
        this.#left = this.#length;
      } else if (this.#left === 0) {
        i++;
        this.#left = null;
        this.#length = 0;
        this.#shift = 0;
      } else {
        const step = Math.min(this.#left, chunk.length - i);
        i += step;
        this.#left -= step;
      }
    }
    return true;
  }
}

/** Puts a gate into a socket: what is read passes it, and a packet that is too large ends the connection. */
export function guard(socket: Socket): Socket {
  const gate = new PacketGate();
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    const chunk = read(size);
    if (!(chunk instanceof Uint8Array) || gate.admits(chunk)) return chunk;
    socket.destroy(new LiftgateError('invalid', `an MQTT packet has at most ${LARGEST} bytes`));
    return null;
  };
  return socket;
}
