import { writeSync } from 'node:fs';
import { openTally, tallies } from './fixture.ts';

/** A process to be killed: appends for ever and says, after each acknowledgement, up to which number. */
const [folder, from] = process.argv.slice(2);
const store = openTally(folder!);
let n = Number(from);

async function lane(): Promise<void> {
  for (;;) {
    const first = n + 1;
    n += 7;
    const last = n;
    await store.journal.append(tallies(first, last));
    writeSync(1, `${last}\n`);
  }
}
await Promise.all([lane(), lane(), lane()]);
