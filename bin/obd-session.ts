import type { Spoken } from '../gateway/drivers/elm327/exchange.ts';
import { type Failure, openSession, type Session } from '../gateway/drivers/elm327/session.ts';
import { isLiftgateError } from '../protocols/error.ts';

/** What every command that talks to a car is told. */
export interface LineOptions {
  readonly port: string;
  readonly baud: string;
  readonly json?: boolean;
}

/** Opens the line, does the work, closes the line. @returns the work's exit code; 1 when nothing was connected. */
export async function withSession(
  options: LineOptions,
  baud: number,
  onSpoken: ((spoken: Spoken) => void) | undefined,
  work: (session: Session, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.once('SIGINT', abort);
  process.once('SIGTERM', abort);
  try {
    const opened = await openSession({
      port: options.port,
      baud,
      signal: stop.signal,
      onStep: step,
      ...(onSpoken === undefined ? {} : { onSpoken }),
    });
    if ('failure' in opened) return failed(opened.failure, options.json === true);
    try {
      return await work(opened.session, stop.signal);
    } catch (e) {
      if (!isLiftgateError(e)) throw e;
      return failed({ step: 'read the car', heard: e.message, advice: LOST }, options.json === true);
    } finally {
      clearStep();
      await opened.session.close();
    }
  } finally {
    process.off('SIGINT', abort);
    process.off('SIGTERM', abort);
  }
}

function failed({ step: name, heard, advice }: Omit<Failure, 'step'> & { step: string }, json: boolean): number {
  clearStep();
  if (json) process.stdout.write(`${JSON.stringify({ error: { step: name, heard, try: advice } }, null, 2)}\n`);
  process.stderr.write(`could not ${name}\n  heard: ${heard}\n  try:   ${advice}\n`);
  return 1;
}

const LOST = 'check the plug, the cable or the Wi-Fi, and that the ignition stays on; then once more';

/** What is wrong with a `--port`, in words; null: nothing. */
export function lineFault(port: string): string | null {
  if (port.trim() === '') return '--port takes a serial path or tcp://HOST:PORT, got nothing';
  if (!/^\w+:\/\//.test(port) || /^tcp:\/\/[^/:\s]+:\d{1,5}$/.test(port)) return null;
  return `--port takes a serial path or tcp://HOST:PORT, such as tcp://192.168.0.10:35000, got "${port}"`;
}

/** A rate in bit/s; null for anything else. */
export function baudOf(text: string): number | null {
  const baud = Number(text);
  return Number.isInteger(baud) && baud > 0 ? baud : null;
}

/** What goes on, on stderr: one line that rewrites itself on a terminal, and only the steps elsewhere. */
export function step(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text} …`);
  else if (!text.startsWith('asking')) process.stderr.write(`${text}\n`);
}

/** Wipes that line. */
export function clearStep(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}
