import type { ScanReport } from '../protocols/obd/report.ts';

/** A scan as a report for people: the car first, then what is wrong with it, then the numbers. */
export function scanText(report: ScanReport, lacks: readonly string[]): string {
  return [
    car(report),
    adapter(report, lacks),
    codes(report),
    readiness(report),
    units(report),
    readings(report),
    frozen(report),
    monitors(report),
  ]
    .filter((part) => part.length > 0)
    .map((part) => `${part.join('\n')}\n`)
    .join('\n');
}

type Part = readonly string[];

function car({ vin, protocol, dialect, connectMs, ecus }: ScanReport): Part {
  return [
    row('VIN', vin ?? 'no control unit tells it'),
    row('Protocol', `${protocol}, ${dialect === 'j1979' ? 'services 01 to 0A (J1979)' : 'OBD on UDS (J1979-2)'}`),
    row('Control units', ecus.map((e) => e.address ?? 'without address').join(', ')),
    row('Connected in', `${(connectMs / 1000).toFixed(1)} s`),
  ];
}

function adapter({ adapter: { id, version, voltage, capabilities } }: ScanReport, lacks: readonly string[]): Part {
  const names = Array.isArray(capabilities) ? capabilities.join(', ') : JSON.stringify(capabilities);
  return [
    row('Adapter', [version, id].filter((t) => t !== null).join(' · ')),
    row('Battery', voltage === null ? 'the adapter has no voltmeter' : `${voltage.toFixed(1)} V`),
    row('It can', names),
    ...(lacks.length === 0 ? [] : [row('It lacks', `${lacks.join(', ')} (slower or poorer answers)`)]),
  ];
}

function codes({ codes: list, cleared, unanswered }: ScanReport): Part {
  const unread = unanswered.map((stage) => `No control unit answered the question for ${stage} codes.`);
  const recently = cleared.recently === true ? [row('Cleared', `not long ago: ${cleared.signs.join('; ')}`)] : [];
  const signs = [...unread, ...recently];
  if (list.length === 0) return [...(unanswered.includes('stored') ? [] : ['No trouble codes.']), ...signs];
  const described = list.flatMap(({ code, text, severity, advice, stages, units: told }) => {
    const from = told.flatMap((unit) => unit ?? []).join(', ');
    const how = [stages.join(' + '), severity, from].filter((t) => t !== null && t !== '').join('; ');
    return [row(code, `${text.en}  (${how})`), row('', `  ${advice.en}`)];
  });
  return [...described, ...signs];
}

function readiness({ readiness: state }: ScanReport): Part {
  if (state === null) return [];
  const open = state.monitors.filter((m) => !m.complete).map((m) => m.monitor);
  const lamp = state.lamp === null ? 'not told' : state.lamp ? 'ON' : 'off';
  const monitors =
    state.monitors.length === 0 ? 'none' : open.length === 0 ? 'all complete' : `not complete: ${open.join(', ')}`;
  return [row('Warning lamp', lamp), row('Monitors', monitors)];
}

function units({ ecus }: ScanReport): Part {
  return ecus.flatMap((ecu) => [
    `${ecu.address ?? '-'}  ${ecu.name ?? 'without a name'}`,
    ...ecu.calibrationIds.map((id, i) => `    calibration ${id}  CVN ${ecu.cvns[i] ?? 'not told'}`),
    `    ${ecu.supportedPids.length} parameters`,
    ...alone(ecu),
  ]);
}

/** What a unit told when it was asked alone: who made it, and codes beyond those of the emissions. */
function alone({ uds, dtcs, controls }: ScanReport['ecus'][number]): Part {
  const known = new Set([...dtcs.stored, ...dtcs.pending, ...dtcs.permanent]);
  const further = uds?.codes.filter((c) => !known.has(c.code)) ?? [];
  const named = [
    ['part', uds?.part],
    ['serial', uds?.serial],
    ['software', uds?.software],
  ].flatMap(([name, value]) => (value ? [`${name} ${value}`] : []));
  return [
    ...(named.length === 0 ? [] : [`    ${named.join('  ')}`]),
    ...further.map((c) => `    further code ${c.code}-${hexByte(c.failureType)}  status ${hexByte(c.status)}`),
    ...(uds?.refused ?? []).map((r) => `    refused ${r.request}: ${r.words}`),
    ...(controls.length === 0 ? [] : [`    can be moved by a tester (never done here): ${controls.map(testName)}`]),
  ];
}

function testName({ tid, name }: ScanReport['ecus'][number]['controls'][number]): string {
  return name ?? `test ${hexByte(tid)}`;
}

function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

function readings({ readings: values }: ScanReport): Part {
  return Object.entries(values).map(([name, { value, unit, by }]) => {
    const others =
      by === undefined
        ? ''
        : `  (${Object.entries(by)
            .map(([ecu, v]) => `${ecu}: ${v ?? 'not known'}`)
            .join(', ')})`;
    return `${name.padEnd(32)} ${value ?? 'not known'} ${unit ?? ''}${others}`.trimEnd();
  });
}

function frozen({ freezeFrames }: ScanReport): Part {
  return freezeFrames.flatMap(({ unit, frame, code, readings: values }) => [
    `Freeze frame ${frame} of ${unit ?? '-'}, stored by ${code ?? 'a code that is not told'}`,
    ...values.map((r) => `    ${r.name.padEnd(28)} ${r.value ?? 'not known'} ${r.unit ?? ''}`.trimEnd()),
  ]);
}

function monitors({ monitors: results }: ScanReport): Part {
  return results.map((m) => {
    const limits = `${m.min ?? '…'} to ${m.max ?? '…'} ${m.measure ?? ''}`.trimEnd();
    const verdict = m.passed === null ? 'no limits' : m.passed ? 'passed' : 'FAILED';
    return `${m.unit ?? '-'}  ${m.monitor}: ${m.test ?? `test ${m.tid}`} ${m.value} (${limits}) ${verdict}`;
  });
}

function row(name: string, text: string): string {
  return `${name.padEnd(14)} ${text}`;
}
