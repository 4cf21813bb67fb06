import { createMemory } from '../gateway/drivers/elm327/adapter.ts';
import { Schedule } from '../gateway/drivers/elm327/schedule.ts';
import { ReplyReader, readReply } from '../protocols/obd/adapter-reply.ts';
import { joinLines } from '../protocols/obd/frame.ts';
import { createWire } from '../tests/tools/wire.ts';
import { adapterOn, connected, PIDS, realWire } from './obd-lines.ts';
import { valueRows } from './obd-values.ts';
import { quantile, type Row, type Section } from './section.ts';

/** OBD-II over simulated adapters: values per second, parser, connection, scan, punctuality. */
export async function run(): Promise<Section> {
  const rows: Row[] = [];
  for (const latencyMs of [0, 10, 40]) {
    rows.push(...(await valueRows(createWire(), '', latencyMs, { turns: 6, ms: 800 })));
    for (const way of ['TCP', 'pty'] as const) {
      const { wire, close } = await realWire(way);
      rows.push(...(await valueRows(wire, ` over ${way}`, latencyMs, { turns: 3, ms: 600 })));
      await close();
    }
  }
  rows.push(parserRow(), await fuzzRow(), ...(await connectRows()), await scanRow(), await jitterRow());
  return { title: 'OBD-II', rows };
}

/** Frames of VINs from two control units that interleave, from bytes to messages. */
function parserRow(): Row {
  const reply = [
    '7E8101449020157304C',
    '7E9101449020157304C',
    '7E8214A433942374D33',
    '7E9214A433942374D33',
    '7E82254393830333338',
    '7E92254393830333338',
  ].join('\r');
  const bytes = Buffer.from(`${reply}\r\r>`.repeat(64), 'latin1');
  const reader = new ReplyReader();
  let frames = 0;
  let best = 0;
  for (let round = 0; round < 15; round++) {
    const began = performance.now();
    let now = 0;
    while (performance.now() - began < 100) {
      for (const text of reader.feed(bytes)) {
        const { data } = readReply(text, '0902');
        frames += data.length;
        now += data.length;
        if (joinLines(data, { bus: 'can-11', headers: true }).messages.length !== 2)
          throw new Error('a message is missing');
      }
    }
    best = Math.max(best, (now / (performance.now() - began)) * 1000);
  }
  return {
    name: `parser, best of 15 over ${frames} frames`,
    value: Math.round(best),
    unit: 'frames/s',
    goal: '≥ 200000',
    met: best >= 200_000,
  };
}

/** A million broken replies: nothing thrown, nothing kept. */
async function fuzzRow(): Promise<Row> {
  const reader = new ReplyReader();
  const words = [
    '7E8',
    '41',
    '0C',
    '>',
    '\r',
    'NO DATA',
    'SEARCHING...',
    '0:',
    '014',
    ' ',
    '\0',
    '\xfc',
    'BUS INIT: ',
    'FF',
    '10',
    '21',
    '?',
    'OK',
    '<DATA ERROR',
  ];
  const formats = (['can-11', 'can-29', 'iso', 'j1850'] as const).flatMap((bus) =>
    [true, false].map((headers) => ({ bus, headers })),
  );
  let seed = 12_345;
  const draw = (n: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 4_294_967_296) * n);
  };
  const heap = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  for (let i = 0; i < 1_000_000; i++) {
    const text = `${words[draw(words.length)]}${words[draw(words.length)]}${String.fromCharCode(draw(256))}${words[draw(words.length)]}`;
    for (const reply of reader.feed(Buffer.from(text, 'latin1'))) {
      joinLines(readReply(reply, '010C').data, formats[draw(formats.length)]!);
    }
    if (i % 100_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const grown = (heap() - before) / 1_048_576;
  return {
    name: 'memory after 1,000,000 fuzzed inputs',
    value: round(grown),
    unit: 'MB',
    goal: '≤ 50',
    met: grown <= 50,
  };
}

/** An adapter that takes 0.5 s to reset and 1.5 s to search. */
async function connectRows(): Promise<Row[]> {
  const wire = createWire();
  const sim = adapterOn(wire, 10, { resetMs: 500, searchMs: 1_500 });
  const memory = createMemory();
  const cold = await connected(wire, memory);
  await cold.close();
  const warm = await connected(wire, memory);
  await warm.close();
  sim.close();
  return [
    { name: 'connect, cold', value: cold.connectMs, unit: 'ms', goal: '≤ 3000', met: cold.connectMs <= 3_000 },
    { name: 'connect, warm', value: warm.connectMs, unit: 'ms', goal: '≤ 1000', met: warm.connectMs <= 1_000 },
  ];
}

async function scanRow(): Promise<Row> {
  const wire = createWire();
  const sim = adapterOn(wire, 10, { resetMs: 500, searchMs: 1_500, vehicle: { ecus: 4 } });
  const began = performance.now();
  const session = await connected(wire);
  const scan = await session.scan();
  const seconds = (performance.now() - began) / 1000;
  const units = scan.supported.length;
  await session.close();
  sim.close();
  return {
    name: `full scan of ${units} control units, cold`,
    value: round(seconds),
    unit: 's',
    goal: '≤ 10',
    met: units === 4 && seconds <= 10,
  };
}

/** One parameter wanted every second beside eleven that are wanted as often as can be, over an adapter of 10 ms. */
async function jitterRow(): Promise<Row> {
  const wire = createWire();
  const sim = adapterOn(wire, 10);
  const session = await connected(wire);
  const [slow = 0, ...flood] = PIDS;
  const at = performance.now();
  const wants = [
    { pid: slow, everyMs: 1_000, priority: 'live' as const },
    ...flood.map((pid) => ({ pid, everyMs: 0, priority: 'live' as const })),
  ];
  const schedule = new Schedule(wants, { cap: Infinity, batch: 6 }, at);
  const times: number[] = [];
  while (performance.now() - at < 12_000) {
    const plan = schedule.next(performance.now());
    if (plan.kind === 'wait') {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    const request = session.adapter.bus!.dialect.liveRequest(plan.pids);
    await session.exchange.hold(session.adapter.ask(request));
    schedule.heard(plan.pids, new Set(plan.pids), performance.now());
    if (plan.pids.includes(slow)) times.push(performance.now());
  }
  await session.close();
  sim.close();
  const off = times.slice(1).map((t, i) => (Math.abs(t - times[i]! - 1_000) / 1_000) * 100);
  const p95 = quantile(off, 0.95);
  return {
    name: `jitter of 1 Hz beside a flood, p95 of ${off.length}`,
    value: round(p95),
    unit: '%',
    goal: '≤ 20',
    met: p95 <= 20,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
