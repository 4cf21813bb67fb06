import type { DeviceLine } from './device-line.ts';

export interface ScannerOptions {
  readonly line: DeviceLine;
  /** Characters before each label; many scanners are set to send STX. */
  readonly prefix?: string;
  /** Characters after each label; CR is the factory setting of most. */
  readonly suffix?: string;
  /** AIM symbology identifier to send before the text, e.g. `]C0`; null: switched off, as delivered. */
  readonly aim?: string | null;
}

export interface ScannerSimulator {
  /** Sends one label. Texts beyond Latin-1 go out in UTF-8. */
  scan(text: string): void;
  /** Sends raw bytes: noise, half a label. */
  send(bytes: Uint8Array): void;
  /** How often the gateway has beeped us: acknowledged (ACK) or refused (NAK). */
  readonly beeps: { readonly good: number; readonly bad: number };
}

/** A serial barcode scanner: sends what it reads, and beeps at ACK (0x06) or NAK (0x15) from the host. */
export function createScannerSimulator(options: ScannerOptions): ScannerSimulator {
  const { line, prefix = '', suffix = '\r', aim = null } = options;
  const beeps = { good: 0, bad: 0 };
  line.onData((bytes) => {
    for (const byte of bytes) {
      if (byte === 0x06) beeps.good += 1;
      if (byte === 0x15) beeps.bad += 1;
    }
  });
  return {
    scan: (text) => line.write(Buffer.from(`${prefix}${aim ?? ''}${text}${suffix}`, 'utf8')),
    send: (bytes) => line.write(bytes),
    beeps,
  };
}
