import { parseArgs } from 'node:util';
import { endAll } from './child.ts';
import { runImages, runKills } from './kills.ts';
import { KINDS } from './kinds.ts';
import { runLab } from './lab.ts';
import { runStorm } from './storm.ts';

const USAGE = `npm run chaos -- [lab | kills | images | storm] [--seed N] [--minutes N] [--rounds N] [--kinds a,b] [--count N] [--cuts N] [--list] [--keep] [--json]`;

/** `npm run chaos`: breaks the chain in every way that we know, and asks whether anything was lost. Loopback only. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '9' },
      rounds: { type: 'string' },
      kinds: { type: 'string' },
      count: { type: 'string' },
      cuts: { type: 'string', default: '50' },
      list: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (values.list) {
    for (const { name, what } of KINDS) process.stdout.write(`${name.padEnd(20)} ${what}\n`);
    return 0;
  }
  const kinds = values.kinds?.split(',');
  const unknown = kinds?.filter((k) => !KINDS.some(({ name }) => name === k)) ?? [];
  const numbers = [values.seed, values.minutes, values.rounds ?? '1'].map(Number);
  if (unknown.length > 0 || numbers.some((n) => !(n > 0))) {
    process.stderr.write(`chaos: ${unknown.length > 0 ? `no kind ${unknown.join(', ')}` : 'a number > 0'}\n${USAGE}\n`);
    return 2;
  }
  const stop = new AbortController();
  process.on('SIGINT', () => {
    if (stop.signal.aborted) void endAll().then(() => process.exit(130));
    stop.abort();
  });
  const say = (line: string) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  const [mode = 'lab'] = positionals;
  const seed = Number(values.seed);
  const common = { seed, say, signal: stop.signal };
  const kills = Number(values.count ?? 1_000);
  if (mode === 'kills') return tell(await runKills({ ...common, kills }));
  if (mode === 'images') return tell(await runImages({ ...common, kills }));
  if (mode === 'storm') {
    const lost = Number(values.count ?? 10_000);
    return tell(await runStorm({ ...common, lost, cuts: Number(values.cuts), minutes: Number(values.minutes) }));
  }
  if (mode !== 'lab') {
    process.stderr.write(`chaos: no part ${mode}\n${USAGE}\n`);
    return 2;
  }
  const report = await runLab({
    seed: Number(values.seed),
    minutes: Number(values.minutes),
    ...(kinds ? { kinds } : {}),
    ...(values.rounds ? { rounds: Number(values.rounds) } : {}),
    keep: values.keep,
    say,
    signal: stop.signal,
  });
  if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else {
    const { findings, faultsMade } = report;
    const { faults, ...figures } = findings;
    say(
      `\nfaults made   ${Object.entries(faultsMade)
        .map(([k, n]) => `${k} ${n}`)
        .join(', ')}`,
    );
    say(
      `the oracle    ${Object.entries(figures)
        .map(([k, n]) => `${k} ${n}`)
        .join(', ')}`,
    );
    for (const fault of faults) say(`! ${fault}`);
    say(
      faults.length === 0
        ? `all is well after ${report.seconds} s`
        : `${faults.length} findings after ${report.seconds} s`,
    );
  }
  return report.findings.faults.length === 0 ? 0 : 1;
}

/** What one of the loops found, as JSON. */
function tell(report: { readonly faults: readonly string[] }): number {
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return report.faults.length === 0 ? 0 : 1;
}

process.exitCode = await main();
