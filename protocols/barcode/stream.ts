/** Longest label in bytes: as long as a reading's text may be. A QR code may hold more; no label of ours does. */
const MAX_LABEL = 512;

const STX = 0x02;
const ETX = 0x03;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts the bytes of a scanner into labels. CR, LF, CRLF and ETX end a label; STX starts one afresh. Any chunking of the
 * same bytes gives the same labels.
 */
export class LabelReader {
  #bytes: number[] = [];
  #tooLong = false;
  #dropped = 0;

  /** Labels that were thrown away because they were longer than 512 bytes. */
  get dropped(): number {
    return this.#dropped;
  }

  feed(bytes: Uint8Array): string[] {
    const labels: string[] = [];
    for (const byte of bytes) {
      if (byte === CR || byte === LF || byte === ETX) {
        if (this.#tooLong) this.#dropped += 1;
        else if (this.#bytes.length > 0) labels.push(textOf(this.#bytes));
        this.#start();
      } else if (byte === STX) {
        this.#start();
      } else if (byte !== 0) {
        if (this.#bytes.length < MAX_LABEL) this.#bytes.push(byte);
        else this.#tooLong = true;
      }
    }
    return labels;
  }

  #start(): void {
    this.#bytes = [];
    this.#tooLong = false;
  }
}

/** UTF-8 where it is valid; else GB 18030, which scanners sold in China send for Chinese QR codes. */
function textOf(bytes: readonly number[]): string {
  const array = Uint8Array.from(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(array);
  } catch {
    return new TextDecoder('gb18030').decode(array);
  }
}
