import { isHeard } from '../gateway/drivers/camera/health.ts';
import { watchCamera } from '../gateway/drivers/camera/watch.ts';
import { toRfc3339 } from '../protocols/time.ts';
import { wrong } from './use.ts';

export interface WatchOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly seconds: string;
  readonly fingerprint?: string;
  readonly json?: boolean;
}

/**
 * Listens to a camera and prints a line for each change of a rule and of its health.
 * @returns exit code 0; 1 when its rules could never be heard; 2 for wrong use.
 */
export async function watch(options: WatchOptions): Promise<number> {
  const seconds = Number(options.seconds);
  if (!(seconds > 0)) return wrong(`--seconds takes a number above 0, got "${options.seconds}"`);
  if (!/^https?:$/.test(URL.parse(options.url)?.protocol ?? ''))
    return wrong(`--url takes the device service of a camera, such as http://192.168.1.20/onvif/device_service`);
  let wasHeard = false;
  const print = (line: object, words: string) =>
    void process.stdout.write(options.json ? `${JSON.stringify(line)}\n` : `${words}\n`);
  const camera = new URL(options.url).host;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), seconds * 1000);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  await watchCamera(
    options,
    {
      clock: Date.now,
      random: Math.random,
      onRule: ({ rule, object, topic, occupied, operation, ...c }) => {
        const at = toRfc3339(c.at);
        const says = occupied === null ? 'not known' : occupied ? 'occupied' : 'empty';
        print({ at, camera, rule, object, topic, occupied, operation }, `${at}  ${rule}: ${says}`);
      },
      onHealth: ({ health, detail, ...c }) => {
        wasHeard ||= isHeard(health);
        const at = toRfc3339(c.at);
        print({ at, camera, health, detail }, `${at}  camera: ${health} — ${detail}`);
      },
    },
    stop.signal,
  );
  clearTimeout(timer);
  return wasHeard ? 0 : 1;
}
