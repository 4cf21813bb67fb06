/** Bytes from hexadecimal digits; null when a character is no digit or half a byte is left over. */
export function bytesOf(digits: string): number[] | null {
  const count = digits.length / 2;
  if (!Number.isInteger(count)) return null;
  const bytes = new Array<number>(count);
  for (let i = 0; i < count; i++) {
    const high = digitOf(digits.charCodeAt(2 * i));
    const low = digitOf(digits.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return null;
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** One byte as two digits. */
export function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
