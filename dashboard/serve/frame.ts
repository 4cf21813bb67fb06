import type { Server } from 'socket.io';

/** Text of a frame's body, made at most once and shared by all screens that get this very frame. */
const texts = new WeakMap<object, string>();

/**
 * Encodes an event whose first argument was seen before without serialising it again. Socket.IO's own encoder does so
 * for each screen, and walks the whole body for binary parts besides. The bytes are those of the Socket.IO protocol
 * (revision 5: type, namespace, acknowledgement id, JSON), so that any client reads them.
 */
export function shareEncoding(io: Server): void {
  const encoder = io.encoder;
  const plain = encoder.encode.bind(encoder);
  encoder.encode = (packet) => {
    const body: unknown = Array.isArray(packet.data) && packet.data.length === 2 ? packet.data[1] : null;
    if (packet.type !== EVENT || typeof body !== 'object' || body === null) return plain(packet);
    const namespace = packet.nsp === '/' ? '' : `${packet.nsp},`;
    return [`${EVENT}${namespace}${packet.id ?? ''}[${JSON.stringify(packet.data[0])},${textOf(body)}]`];
  };
}

/** Packet type of an event without binary parts. */
const EVENT = 2;

function textOf(body: object): string {
  let text = texts.get(body);
  if (text === undefined) {
    text = JSON.stringify(body);
    texts.set(body, text);
  }
  return text;
}
