import { addressOf, type Bus, type EcuAnswer, isCan } from './bus.ts';

/** How an ELM327 prints what came over the bus: headers, spaces, multi-line text (data sheet, "Multiline Responses"). */
export interface PrintOptions {
  readonly bus: Bus;
  readonly headers: boolean;
  readonly spaces: boolean;
  /** What control units fill a CAN frame with; it differs from car to car. */
  readonly padding: number;
}

export function printAnswers(answers: readonly EcuAnswer[], options: PrintOptions): string[] {
  const can = isCan(options.bus);
  const perEcu = answers.map((answer) =>
    answer.messages.flatMap((m) => (can ? canLines(answer.ecu, m, options) : [legacyLine(answer.ecu, m, options)])),
  );
  return interleave(perEcu).map((bytes) => (typeof bytes === 'string' ? bytes : text(bytes, options.spaces)));
}

/** Control units talk at the same time: their frames alternate on the bus. */
function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((l) => l.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((l) => (i < l.length ? [l[i]!] : []))).flat();
}

type Printed = readonly (number | string)[];

/** ISO 15765-2: up to 7 bytes in a single frame; else a first frame with 6 and consecutive frames with 7 each. */
function canLines(ecu: number, message: readonly number[], o: PrintOptions): (Printed | string)[] {
  if (!o.headers) return canText(message, o.spaces);
  const id = addressOf(ecu, o.bus);
  const head: Printed = id.length > 3 ? id.match(/../g)! : [id];
  const frame = (...data: number[]): Printed => [...head, ...data, ...Array<number>(8 - data.length).fill(o.padding)];
  if (message.length <= 7) return [frame(message.length, ...message)];
  const lines = [frame(0x10 | (message.length >> 8), message.length & 0xff, ...message.slice(0, 6))];
  for (let at = 6, n = 1; at < message.length; at += 7, n++)
    lines.push(frame(0x20 | (n & 0x0f), ...message.slice(at, at + 7)));
  return lines;
}

/** Headers off: the length in three digits, then numbered lines, six bytes and then seven each; the last is not cut. */
function canText(message: readonly number[], spaces: boolean): string[] {
  if (message.length <= 7) return [text(message, spaces)];
  const lines = [message.length.toString(16).toUpperCase().padStart(3, '0')];
  for (let at = 0, n = 0; at < message.length; n++) {
    const size = n === 0 ? 6 : 7;
    const data = message.slice(at, at + size);
    const filled = n === 0 ? data : [...data, ...Array<number>(size - data.length).fill(0)];
    lines.push(`${(n & 15).toString(16).toUpperCase()}:${spaces ? ' ' : ''}${text(filled, spaces)}`);
    at += size;
  }
  return lines;
}

/** Three header bytes, up to seven bytes of data, the sum of all. */
function legacyLine(ecu: number, message: readonly number[], o: PrintOptions): Printed {
  if (!o.headers) return message;
  const source = Number.parseInt(addressOf(ecu, o.bus), 16);
  const all = [...headOf(o.bus, message.length, source), ...message];
  const pwmOrVpw = o.bus === 'j1850-pwm' || o.bus === 'j1850-vpw';
  return [...all, pwmOrVpw ? crc8(all) : all.reduce((a, b) => (a + b) & 0xff, 0)];
}

/** ISO 14230-2: length, to the tester, from; ISO 9141-2 and J1850 VPW: 48 6B; J1850 PWM: 41 6B. */
function headOf(bus: Bus, length: number, source: number): number[] {
  if (bus === 'kwp' || bus === 'kwp-slow') return [0x80 | length, 0xf1, source];
  return [bus === 'j1850-pwm' ? 0x41 : 0x48, 0x6b, source];
}

/** SAE J1850, 5.4: x^8 + x^4 + x^3 + x^2 + 1, all ones at the start, inverted at the end; one bit at a time. */
function crc8(bytes: readonly number[]): number {
  let crc = 0xff;
  for (const byte of bytes) {
    for (let mask = 0x80; mask > 0; mask >>= 1) {
      const feed = ((crc & 0x80) !== 0) !== ((byte & mask) !== 0);
      crc = (crc << 1) & 0xff;
      if (feed) crc ^= 0x1d;
    }
  }
  return ~crc & 0xff;
}

function text(bytes: Printed, spaces: boolean): string {
  const parts = bytes.map((b) => (typeof b === 'string' ? b : b.toString(16).toUpperCase().padStart(2, '0')));
  // With spaces on, a real adapter prints one after the last byte too.
  return spaces ? `${parts.join(' ')} ` : parts.join('');
}
