import { readLabel } from '../protocols/barcode/label.ts';
import { readVin, type VinFacts } from '../protocols/vin.ts';

/**
 * Prints what a VIN, or a label with one, says: for people, or as one JSON object.
 * @returns exit code 0; 1 when the text holds no VIN.
 */
export async function run(text: string, options: { json?: boolean } = {}): Promise<number> {
  const label = readLabel(text);
  const facts = readVin(label.kind === 'vin' ? label.text : text);
  if (options.json) process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
  else if (facts.vin === null) process.stderr.write(`"${text}" is not a VIN: ${facts.fault}\n`);
  else process.stdout.write(table(facts));
  return facts.vin === null ? 1 : 0;
}

const CHECK_DIGIT = {
  right: 'right',
  wrong: 'wrong, or not used by this maker',
  absent: 'none',
} as const;

function table(facts: VinFacts): string {
  const rows: readonly (readonly [string, string])[] = [
    ['VIN', facts.vin ?? ''],
    ['Maker', facts.maker ?? 'not in the table'],
    ['Region', facts.region ?? 'not assigned'],
    ['Model year', facts.modelYears.length === 0 ? 'not coded' : facts.modelYears.join(' or ')],
    ['Plant', facts.plantName === null ? (facts.plant ?? '') : `${facts.plant} (${facts.plantName})`],
    ['Serial number', facts.serial ?? ''],
    ['Check digit', CHECK_DIGIT[facts.checkDigit]],
  ];
  return rows.map(([name, value]) => `${name.padEnd(14)} ${value}\n`).join('');
}
