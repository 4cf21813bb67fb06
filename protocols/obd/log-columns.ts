import type { SignalName } from '../signal.ts';

/** What a column of somebody's drive log holds. */
export interface LogColumn {
  readonly signal: SignalName;
  /** To the signal's unit: `x · scale + offset`. */
  readonly scale: number;
  readonly offset: number;
  /** The cylinder or place that it is of; null for none. */
  readonly part: string | null;
}

/**
 * How logging programs and published data sets call a value, as words in small letters. First match wins; the parts that
 * tell two values apart (commanded, bank 2, absolute) stand first. Seen in exports of Torque, OBD Fusion, OBDLink, Car
 * Scanner, OBD Auto Doctor and in public data sets of drives.
 */
const NAMES: readonly (readonly [RegExp, SignalName])[] = [
  [/distance between.*regen|regeneration distance/, 'obd.dpf-regeneration-distance'],
  [/average|trip|(?<!maf )gps|predicted|target|desired|reference|ideal|error|requested/, 'device.health'],
  // What is reckoned from a value, what the telephone tells of itself, a count of codes.
  [/power|torque|android|phone|\bdevice\b|(number|count) of (dtc|codes|trouble)|(dtc|codes?) count/, 'device.health'],
  // A sensor's own trim is not the bank's, and none at all where the sensor takes no part in it.
  [/(?=.*trim)(?=.*(sensor|secondary|\bo2\b|oxygen))/, 'device.health'],
  [
    /idle (rpm|speed)|(turbo|motor|generator|fan|wheel|turbine|shaft|mg ?[12]).*(rpm|speed)|(rpm|speed) of cyl/,
    'device.health',
  ],
  [/fuel sys(tem)? ?(1|a)? ?status|fuel sys(tem)? ?1?$/, 'obd.closed-loop'],
  [/(coolant|ect|clt)(?!.*(press|level)).*|^ect|kuhlmittel|冷却液/, 'obd.coolant'],
  [/oil temp|engine oil(?!.*(press|level|life))|机油温度/, 'obd.oil-temperature'],
  [/ambient|outside air|ambair|环境温度/, 'obd.ambient-air'],
  [/intake air|air intake temp|\biat\b|charge air temp|intake temp|进气温度/, 'obd.intake-air'],
  [/barometric|turbo|boost/, 'device.health'],
  [/(intake )?manifold(?!.*throttle).*press|\bi?map\b|intake pressure|manifold absolute|进气(歧管)?压力/, 'obd.map'],
  [/mass air ?flow|\bmaf\b|air flow rate|maf ?gps|空气流量/, 'obd.maf'],
  [/engine (rpm|speed)|\brpm\b|rotational speed|engine revs|发动机转速|^转速/, 'obd.rpm'],
  [/vehicle speed|speed obd|speed kmh|speed mph|\bvss\b|^speed$|^obd speed|车速/, 'obd.speed'],
  [/absolute (engine )?load|load absolute|abs load/, 'device.health'],
  [/engine load|calculated load|calc load|load calc|load value|load pct|^load$|发动机负荷/, 'obd.load'],
  [/(?=.*short)(?=.*(trim|fuel))(?=.*(bank ?2|b2\b))|\bs(hrt)?ft2\b|shrtft2|stft ?b?2/, 'obd.stft-2'],
  [/(?=.*long)(?=.*(trim|fuel))(?=.*(bank ?2|b2\b))|\bl(ong)?ft2\b|longft2|ltft ?b?2/, 'obd.ltft-2'],
  [/(?=.*short)(?=.*(trim|fuel))|shrtft1|stft|短期燃油/, 'obd.stft-1'],
  [/(?=.*long)(?=.*(trim|fuel))|longft1|ltft|长期燃油/, 'obd.ltft-1'],
  [/throttle|\btps\b|节气门/, 'obd.throttle'],
  [/fuel (tank )?level|fuel lvl|剩余燃油|油量/, 'obd.fuel-level'],
  [/crank.*volt|volt.*crank/, 'obd.crank-voltage'],
  [/\b(pack|hv|high voltage|hybrid|traction|ev|bms)\b.*volt/, 'obd.pack-voltage'],
  [/\b(pack|hv|high voltage|hybrid|traction|ev|bms)\b.*(curr|amp)/, 'obd.pack-current'],
  [/control module.*volt|volt.*control module|module voltage|ecu voltage|voltage ecu|vpwr/, 'obd.module-voltage'],
  [
    /adapter.*volt|volt.*adapter|battery volt|voltage battery|elm.*volt|obd ?voltage|\bvbat\b|^voltage$|蓄电池电压|电瓶电压/,
    'obd.voltage',
  ],
  [/(hybrid|hv|ev|traction).*(charge|soc|life|remaining|level)|pack charge|state of charge|\bsoc\b/, 'obd.pack-charge'],
  [/state of health|\bsoh\b|pack health/, 'obd.pack-health'],
  [/purge/, 'obd.purge'],
  [/warm ?ups?.*(clear|dtc|codes)/, 'obd.warm-ups-since-clear'],
  [/(distance|km|miles).*(since|after).*(clear|reset)/, 'obd.distance-since-clear'],
  [/(time|minutes).*(since|after).*(trouble|codes|dtc|clear)/, 'obd.minutes-since-clear'],
  [/(distance|km|miles).*\b(mil|cel|lamp|malfunction)\b/, 'obd.distance-with-lamp'],
  [/(time|minutes).*\b(mil|cel|lamp|malfunction)\b/, 'obd.minutes-with-lamp'],
  [/run ?time|engine start|since start/, 'obd.run-time'],
  [/odometer|里程/, 'obd.odometer'],
  // One filter speaks, and the pressure across it alone.
  [/(dpf|particulate)(?!.*(inlet|outlet|bank ?2)).*(delta|diff|press)/, 'obd.dpf-pressure'],
  [/dpf.*trigger/, 'obd.dpf-trigger'],
  [/misfire/, 'obd.misfires'],
  [/trouble ?codes?|\bdtcs?\b|fault codes?|故障码/, 'obd.codes.stored'],
  [/tyre pressure|tire pressure|胎压/, 'measure.tyre-pressure'],
  [/brake pad|刹车片/, 'measure.brake-pad'],
];

/** Service 01 parameter ids, where a log names them so: `010C`, `01 0C`, `PID_0C`, `0x0C`. */
const BY_PID: Readonly<Record<string, SignalName>> = {
  '04': 'obd.load',
  '05': 'obd.coolant',
  '06': 'obd.stft-1',
  '07': 'obd.ltft-1',
  '08': 'obd.stft-2',
  '09': 'obd.ltft-2',
  '0B': 'obd.map',
  '0C': 'obd.rpm',
  '0D': 'obd.speed',
  '0F': 'obd.intake-air',
  '10': 'obd.maf',
  '11': 'obd.throttle',
  '1F': 'obd.run-time',
  '21': 'obd.distance-with-lamp',
  '2E': 'obd.purge',
  '2F': 'obd.fuel-level',
  '30': 'obd.warm-ups-since-clear',
  '31': 'obd.distance-since-clear',
  '42': 'obd.module-voltage',
  '46': 'obd.ambient-air',
  '4D': 'obd.minutes-with-lamp',
  '4E': 'obd.minutes-since-clear',
  '5B': 'obd.pack-charge',
  '5C': 'obd.oil-temperature',
  A6: 'obd.odometer',
  B2: 'obd.pack-health',
};

type Conversion = readonly [scale: number, offset: number];
const SAME: Conversion = [1, 0];
/** To degrees Celsius, km/h and km, kPa, g/s, V, s, by the signal that is wanted. */
const UNITS: Readonly<Record<string, Readonly<Record<string, Conversion>>>> = {
  Cel: { f: [5 / 9, -160 / 9], fahrenheit: [5 / 9, -160 / 9], k: [1, -273.15], kelvin: [1, -273.15] },
  'km/h': { mph: [1.609344, 0], 'm/s': [3.6, 0], 'mi/h': [1.609344, 0], miles: [1.609344, 0] },
  km: { mi: [1.609344, 0], mile: [1.609344, 0], miles: [1.609344, 0], m: [0.001, 0] },
  kPa: {
    psi: [6.894757, 0],
    inhg: [3.386389, 0],
    bar: [100, 0],
    mbar: [0.1, 0],
    hpa: [0.1, 0],
    pa: [0.001, 0],
    mmhg: [0.133322, 0],
  },
  'g/s': { 'lb/min': [7.559873, 0], 'kg/h': [1 / 3.6, 0], 'kg/hr': [1 / 3.6, 0] },
  V: { mv: [0.001, 0] },
  s: { min: [60, 0], minutes: [60, 0], h: [3_600, 0], hours: [3_600, 0], ms: [0.001, 0] },
  min: { s: [1 / 60, 0], sec: [1 / 60, 0], seconds: [1 / 60, 0], h: [60, 0], hours: [60, 0] },
  mm: { in: [25.4, 0], inch: [25.4, 0], cm: [10, 0] },
};

/**
 * Says what a column holds, by its heading and (where the log tells it elsewhere) its unit. Null: not known, or a value that
 * no signal stands for.
 *
 * @param unitOf the unit of a signal, as `signalSpec` gives it
 */
export function readLogColumn(
  heading: string,
  unit: string | null,
  unitOf: (s: SignalName) => string | null,
): LogColumn | null {
  const { words, told } = parted(heading);
  const signal = signalIn(heading, words);
  if (signal === null) return null;
  const wanted = unitOf(signal);
  const [step, offset] = conversion(wanted, unit ?? told ?? lastWord(words));
  const scale = /\bx ?1000\b/.test(words) ? step * 1_000 : step;
  const part = signal === 'obd.misfires' ? (/(?:cyl(?:inder)?|#)\s*(\d{1,2})/.exec(words)?.[1] ?? null) : null;
  return { signal, scale, offset, part };
}

function signalIn(heading: string, words: string): SignalName | null {
  const pid = /^(?:pid[\s_]*|0x|01[\s_]?)(?:0x)?([0-9a-f]{2})$/i.exec(heading.trim());
  if (pid) return BY_PID[pid[1]!.toUpperCase()] ?? null;
  const found = NAMES.find(([pattern]) => pattern.test(words))?.[1] ?? null;
  return found === 'device.health' ? null : found;
}

/** What stands in brackets behind a name and is no unit: where the value is from. */
const ORIGIN = /^\s*(gps|obd|ecu|ecm|tcm|sensor|calculated|method|bank|alternate|from|on |in |at )/i;

/** The heading as words, and the unit in its last brackets, as `Engine Coolant Temperature(°C)` has it. */
function parted(heading: string): { words: string; told: string | null } {
  const last = /[([]([^()[\]]*)[)\]]\s*$/.exec(heading);
  const unit = last !== null && ORIGIN.test(last[1]!) ? null : last;
  const name = (unit ? heading.slice(0, unit.index) : heading)
    .replace(/^\s*\[[^\]]*\]/, '')
    .replace(/^\s*ECU\([^)]*\)\s*:/i, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2');
  const words = name
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^a-z0-9#\u4e00-\u9fff]+/g, ' ')
    .trim();
  // `Speed (OBD)(mph)` and `Voltage (Control Module)(V)`: what stood in other brackets is part of the words by now.
  const told = unit?.[1]?.trim();
  return { words, told: told === undefined || told === '' ? null : told };
}

/** A unit at the end of the words, as `coolant_temp_f` and `speed_mph` have it. */
const lastWord = (words: string) => words.split(' ').at(-1) ?? '';

function conversion(wanted: string | null, unit: string | null): Conversion {
  if (wanted === null || unit === null) return SAME;
  const plain = unit
    .toLowerCase()
    .replaceAll('℉', 'f')
    .replace(/[°º*\s]|deg(rees)?/g, '');
  return UNITS[wanted]?.[plain] ?? SAME;
}

/** A number as logs write it: `13.8`, `33,3%`, `81 °C`; null where none stands. */
export function readLogNumber(cell: string): number | null {
  // A comma in a number with a point parts thousands; a typographic minus is one.
  const plain = cell
    .trim()
    .replace('\u2212', '-')
    .replace(/^([+-]?\d{1,3}(?:,\d{3})+)(?=\.\d)/, (n) => n.replaceAll(',', ''));
  const match = /^[+-]?(\d+([.,]\d+)?|[.,]\d+)(e[+-]?\d+)?/i.exec(plain);
  return match ? Number(match[0].replace(',', '.')) : null;
}

/** Trouble codes in a cell, however they are parted. */
export function readLogCodes(cell: string): string[] {
  return [...new Set([...cell.toUpperCase().matchAll(/[PCBU][0-3][0-9A-F]{3}/g)].map((m) => m[0]))];
}
