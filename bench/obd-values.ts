import { createMemory } from '../gateway/drivers/elm327/adapter.ts';
import type { Session } from '../gateway/drivers/elm327/session.ts';
import { adapterOn, connected, type Ends, PIDS } from './obd-lines.ts';
import type { Row } from './section.ts';

/** One and six parameters to a request, beside bare requests over the same line: turn by turn, the best of each. */
export async function valueRows(
  wire: Ends,
  over: string,
  latencyMs: number,
  { turns, ms }: { turns: number; ms: number },
): Promise<Row[]> {
  const sim = adapterOn(wire, latencyMs);
  const memory = createMemory();
  const ones: number[] = [];
  const sixes: number[] = [];
  const bares: number[] = [];
  // Turn by turn: whatever else this machine does strikes all of them alike.
  for (let turn = 0; turn < turns; turn++) {
    const session = await connected(wire, memory);
    ones.push(await rate(session, 1, ms));
    sixes.push(await rate(session, 6, ms));
    await session.close();
    bares.push(await bareRate(wire, ms));
  }
  sim.close();
  // The best turn is the one that was disturbed least.
  const [one, six, bare] = [Math.max(...ones), Math.max(...sixes), Math.max(...bares)];
  const at = `at ${latencyMs} ms${over}`;
  const rows: Row[] = [
    { name: `values ${at}, one to a request`, value: Math.round(one), unit: '1/s' },
    {
      name: `values ${at}, six to a request`,
      value: Math.round(six),
      unit: '1/s',
      ...(latencyMs === 0 ? { goal: '≥ 5000', met: six >= 5_000 } : {}),
    },
  ];
  if (latencyMs === 0) return rows;
  const overhead = (bare / one - 1) * 100;
  rows.push({
    name: `driver beside bare requests ${at}`,
    value: round(overhead),
    unit: '%',
    goal: '≤ 10',
    met: overhead <= 10,
  });
  const gain = six / one;
  if (latencyMs === 40)
    rows.push({ name: `batching gains ${at}`, value: round(gain), unit: '×', goal: '≥ 4', met: gain >= 4 });
  return rows;
}

async function rate(session: Session, batch: number, ms: number): Promise<number> {
  let values = 0;
  const stop = new AbortController();
  const began = performance.now();
  const timer = setTimeout(() => stop.abort(), ms);
  await session.watch(
    PIDS,
    {
      cap: Infinity,
      batch,
      onValues: (told) => {
        for (const v of told) values += v.readings.length;
        // A wire of memory never yields by itself.
        if (performance.now() - began >= ms) stop.abort();
      },
    },
    stop.signal,
  );
  clearTimeout(timer);
  return (values / (performance.now() - began)) * 1000;
}

/** What the adapter could give at best: a request as soon as the prompt comes, and nothing else. */
async function bareRate(wire: Ends, ms: number): Promise<number> {
  const line = await wire.open();
  let replies = 0;
  const began = performance.now();
  await new Promise<void>((resolve, reject) => {
    void line.closed.then((e) => reject(e ?? new Error('the line was closed')));
    const stop = line.onData((bytes) => {
      if (!bytes.includes(0x3e)) return;
      replies += 1;
      if (performance.now() - began < ms) return void line.write('010C1\r');
      stop();
      resolve();
    });
    void line.write('010C1\r');
  });
  await line.close();
  return (replies / (performance.now() - began)) * 1000;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
