import { createWriteStream, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LiftgateError } from '../protocols/error.ts';
import { configurationOf } from '../simulators/configuration.ts';
import { readDay } from '../simulators/day.ts';
import { createRigs } from '../simulators/rig.ts';
import { runWorkshop } from '../simulators/workshop.ts';
import { untilStopped } from './stop.ts';

export interface SimulateOptions {
  readonly truth?: string;
  readonly config?: string;
  readonly speed: string;
  readonly port: string;
  readonly brokerPort: string;
}

/** `liftgate simulate DAY.yaml`: the devices of a workshop, for a gateway of one's own. */
export async function run(file: string, options: SimulateOptions): Promise<number> {
  const day = readDay(file);
  const speed = readSpeed(options.speed);
  const httpPort = readPort('--port', options.port);
  const brokerPort = readPort('--broker-port', options.brokerPort);
  const rigs = await createRigs({ day, clock: Date.now, broker: `mqtt://127.0.0.1:${brokerPort}` });
  const truth = options.truth ? createWriteStream(options.truth) : null;
  const watch = (what: 'begin' | 'end', more = {}) =>
    truth?.write(`${JSON.stringify({ at: Date.now(), what, ...more })}\n`);
  try {
    if (options.config) {
      const folder = resolve(dirname(options.config), 'data/gateway');
      const around = { brokerPort, httpPort, folder };
      writeFileSync(options.config, configurationOf(day, rigs, around), { mode: 0o600 });
      process.stdout.write(`configuration: ${options.config}   now run: liftgate gateway --config ${options.config}\n`);
    }
    process.stdout.write(`${day.name}: ${day.bays.length} bays, ${day.cars.length} cars, ${speed}× (Ctrl-C ends it)\n`);
    watch('begin', { bays: day.bays.map((b) => b.id) });
    await untilStopped((signal) =>
      runWorkshop(
        {
          day,
          rigs,
          speed,
          clock: Date.now,
          onTruth: (line) => {
            truth?.write(`${JSON.stringify(line)}\n`);
            process.stdout.write(
              `${new Date(line.at).toISOString().slice(11, 19)}  ${line.bay.padEnd(4)} ${line.vin}  ${line.what} ${line.argument}\n`,
            );
          },
        },
        signal,
      ),
    );
  } finally {
    watch('end');
    await rigs.close();
    await new Promise<void>((done) => (truth ? truth.end(done) : done()));
  }
  return 0;
}

export function readSpeed(text: string): number {
  const speed = Number(text);
  if (!(speed >= 0.1 && speed <= 1_000)) {
    throw new LiftgateError('config', `--speed takes a number from 0.1 to 1000, got "${text}"`, { about: '--speed' });
  }
  return speed;
}

/** @throws LiftgateError `config` for what is no port */
export function readPort(option: string, text: string, most = 65_535): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= most) return port;
  throw new LiftgateError('config', `${option} takes a number from 1 to ${most}, got "${text}"`, { about: option });
}
