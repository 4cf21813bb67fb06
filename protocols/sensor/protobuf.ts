import { LiftgateError } from '../error.ts';

/**
 * The wire format of Protocol Buffers (protobuf.dev, "Encoding"), as far as Sparkplug uses it: fields come as number and
 * wire type; who reads asks for the value or passes it over.
 */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

export class ProtobufReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next field, or null at the end. @throws LiftgateError `invalid` */
  field(): { readonly number: number; readonly wire: number } | null {
    if (this.#at >= this.#bytes.length) return null;
    const key = Number(this.varint());
    const number = Math.floor(key / 8);
    if (number < 1 || number > 536_870_911) throw broken(`field number ${number}`);
    return { number, wire: key % 8 };
  }

  /** Up to 64 bits, unsigned; bits beyond are dropped, as the format says. */
  varint(): bigint {
    let value = 0n;
    for (let i = 0; i < 10; i++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw broken('ends within a number');
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return value & 0xffff_ffff_ffff_ffffn;
    }
    throw broken('a number of more than ten bytes');
  }

  float(): number {
    return this.#view.getFloat32(this.#step(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#step(8), true);
  }

  bytes(): Uint8Array {
    const length = Number(this.varint());
    const from = this.#step(length);
    return this.#bytes.subarray(from, from + length);
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  skip(wire: number): void {
    if (wire === WIRE.varint) this.varint();
    else if (wire === WIRE.fixed64) this.#step(8);
    else if (wire === WIRE.bytes) this.bytes();
    else if (wire === WIRE.fixed32) this.#step(4);
    // Groups (3 and 4) were given up before Sparkplug began; 6 and 7 never were.
    else throw broken(`wire type ${wire}`);
  }

  #step(length: number): number {
    const from = this.#at;
    if (length > this.#bytes.length - from) throw broken(`${length} bytes wanted, ${this.#bytes.length - from} left`);
    this.#at += length;
    return from;
  }
}

function broken(what: string): LiftgateError {
  return new LiftgateError('invalid', `not a Sparkplug payload: ${what}`);
}
