import type { DeviceOf } from '../../../config/schema/devices.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Clock } from '../../../protocols/time.ts';
import type { Driver } from '../driver.ts';
import { openLine } from '../line.ts';
import { Adapter, createMemory } from './adapter.ts';
import { baudsFrom } from './attach.ts';
import { DIALECTS } from './dialects.ts';
import { createExchange } from './exchange.ts';
import { visit } from './visit.ts';

export interface Elm327Deps {
  readonly clock: Clock;
  /** How the line is opened; a serial port or TCP if left out. */
  readonly open?: typeof openLine;
}

/**
 * Reads the car that an ELM327-compatible adapter is plugged into: identity, live values, trouble codes, battery.
 *
 * Emits `device.health` `ok` when a control unit has answered, `no-vehicle` while none does. Every reading names the
 * control unit and, once it was read, the VIN. Rejects with `unreachable` when the line is lost or the adapter is mute.
 * What it learned of the adapter is kept from run to run: the next connection takes the short way.
 */
export function createElm327(config: DeviceOf<'elm327'>, { clock, open = openLine }: Elm327Deps): Driver {
  const memory = createMemory();
  return {
    run: async (emit, signal) => {
      if (signal.aborted) return;
      const stop = new AbortController();
      const onAbort = () => stop.abort();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        const line = await open({ port: config.port, baud: memory.baud ?? config.baud }, signal);
        // A lost line ends the pauses between two questions at once.
        const lost = line.closed.then((error) => {
          stop.abort();
          return error;
        });
        const exchange = createExchange({ line, port: config.port });
        // Nobody waits for the end of a search, or for a sleeping adapter.
        stop.signal.addEventListener('abort', exchange.end, { once: true });
        try {
          const adapter = new Adapter(memory, DIALECTS);
          const bauds = line.setBaud === undefined ? [] : baudsFrom(config.baud);
          await visit({ config, clock, adapter, exchange, bauds, emit, signal: stop.signal });
        } catch (e) {
          throw stop.signal.aborted && !signal.aborted ? ((await lost) ?? e) : e;
        } finally {
          exchange.end();
          await line.close();
        }
        if (!signal.aborted) throw (await lost) ?? gone(config.port);
      } catch (e) {
        if (!signal.aborted) throw e;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

function gone(port: string): LiftgateError {
  return new LiftgateError('unreachable', `the line ${port} was closed`, { about: port });
}
