import { createInterface } from 'node:readline/promises';
import type { Session } from '../gateway/drivers/elm327/session.ts';
import { type BeforeClear, type Cleared, clearCodes, readBeforeClear } from '../protocols/obd/clear.ts';
import { clearObjections } from '../protocols/obd/clearing.ts';
import { describeCode } from '../protocols/obd/dtc-text.ts';
import { baudOf, clearStep, type LineOptions, lineFault, withSession } from './obd-session.ts';
import { wrong } from './use.ts';

export interface ClearOptions extends LineOptions {
  readonly yes?: boolean;
}

/**
 * Clears the trouble codes of all control units (service 04; 14 in cars of J1979-2), after it has shown what is lost.
 * Nothing is cleared without a word of consent, with a running engine, in a moving car, or with an empty battery.
 * @returns exit code 0 when all stored codes are gone; 1 when they were not cleared; 2 for wrong use
 */
export async function clear(options: ClearOptions): Promise<number> {
  const baud = baudOf(options.baud);
  const fault = lineFault(options.port);
  if (fault !== null) return wrong(fault);
  if (baud === null) return wrong(`--baud takes a rate in bit/s, such as 38400, got "${options.baud}"`);
  return withSession(options, baud, undefined, async (session) => {
    const { dialect } = session.adapter.bus!;
    const voltage = await session.voltage();
    const before = await session.ask(readBeforeClear(dialect));
    clearStep();
    if (!options.json) process.stdout.write(beforeText(before));
    const guard = { saved: true, rpm: before.rpm, speed: before.speed, voltage };
    // Who may not anyway need not be asked.
    const hindered = clearObjections({ ...guard, confirmed: true }).length > 0;
    const confirmed = options.yes === true || (!hindered && (await consent(options)));
    const objections = clearObjections({ ...guard, confirmed });
    const after = objections.length > 0 ? null : await session.ask(clearCodes(dialect));
    const cleared = after !== null && after.units.length > 0 && after.left.stored.length === 0;
    if (options.json) {
      const { dtcs, freezeFrames } = before;
      const report = { cleared, objections, before: { dtcs, freezeFrames }, ...(await afterOf(session, after)) };
      process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    } else {
      process.stdout.write(afterText(objections, after));
    }
    return cleared ? 0 : 1;
  });
}

async function afterOf(session: Session, after: Cleared | null) {
  if (after === null) return { units: [], refused: [], left: null, readiness: null };
  const told = await session.ask(session.adapter.bus!.dialect.readiness());
  return { ...after, readiness: told.map(({ unit, value }) => ({ unit, ...value })) };
}

/** Asks at a terminal; elsewhere only `--yes` counts. */
async function consent({ json }: ClearOptions): Promise<boolean> {
  if (json || !process.stdin.isTTY) return false;
  const line = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(yes|y|是)$/i.test((await line.question('Clear them? Type yes: ')).trim());
  } finally {
    line.close();
  }
}

function beforeText({ dtcs, freezeFrames, complete }: BeforeClear): string {
  const stages = (code: string) =>
    Object.entries(dtcs).flatMap(([stage, list]) => (list.includes(code) ? [stage] : []));
  const codes = [...new Set(Object.values(dtcs).flat())].sort();
  const described = codes.map((c) => `  ${c}  ${describeCode(c)?.text.en ?? ''}  (${stages(c).join(' + ')})`);
  const monitors = complete === null ? 'the state of all monitors' : `the state of ${complete} complete monitors`;
  return `${[
    codes.length === 0 ? 'No trouble codes.' : 'Trouble codes:',
    ...described,
    'What is lost when they are cleared:',
    `  stored and pending codes, ${freezeFrames.length} freeze frames, test results of the monitors`,
    `  ${monitors}: the car must be driven until they have run again, or it fails an inspection`,
    ...(dtcs.permanent.length === 0 ? [] : ['  Permanent codes stay until their own monitor has passed.']),
  ].join('\n')}\n`;
}

function afterText(objections: readonly string[], after: Cleared | null): string {
  if (after === null) {
    return `Nothing was cleared:\n${objections.map((o) => `  ${o}\n`).join('')}  with --yes you confirm it for this car\n`;
  }
  const name = (unit: string | null) => unit ?? 'a unit without address';
  return `${[
    after.units.length === 0 ? 'No control unit has confirmed it.' : `Cleared by ${after.units.map(name).join(', ')}.`,
    ...after.refused.map((r) => `  ${name(r.unit)} refused: ${r.words}`),
    ...(after.left.stored.length === 0 ? [] : [`  still stored: ${after.left.stored.join(', ')}`]),
  ].join('\n')}\n`;
}
