import { once } from 'node:events';
import { loadGatewayConfig } from '../config/load.ts';
import { checkStore, exportEvents, inspectStore, replayEvents, type Selection } from '../gateway/store/inspect.ts';
import { toRfc3339 } from '../protocols/time.ts';
import { wrong } from './use.ts';

interface StoreOptions {
  readonly config?: string;
  readonly folder?: string;
  readonly json?: boolean;
}
interface RangeOptions extends StoreOptions {
  readonly epoch?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Where the store lies, and whose it is. */
async function storeOf({
  config: file,
  folder,
}: StoreOptions): Promise<{ folder: string; site: string; gateway: string } | null> {
  if (file === undefined) return folder === undefined ? null : { folder, site: 'unknown', gateway: 'unknown' };
  const { store, site, gateway } = await loadGatewayConfig(file);
  return { folder: folder ?? store.folder, site: site.id, gateway: gateway.id };
}

const ASK = 'say which store: --config FILE or --folder PATH';

/** `liftgate outbox inspect` @returns exit code 0, or 2 without a store to look at */
export async function inspect(options: StoreOptions): Promise<number> {
  const store = await storeOf(options);
  if (!store) return wrong(ASK);
  const found = inspectStore(store.folder);
  if (options.json) return print(JSON.stringify(found));
  const { numbers, epochs, deadLetters } = found;
  const at = (ms: number | null) => (ms === null ? 'nothing' : toRfc3339(ms));
  return print(
    [
      `store         ${found.folder}, ${(found.bytes / 1_048_576).toFixed(1)} MB, ${found.holder === null ? 'no gateway runs on it' : `in use by process ${found.holder}`}`,
      `produced      ${numbers.produced} = ${numbers.acknowledged} acknowledged + ${numbers.queued} queued + ${numbers.dropped} dropped`,
      ...found.dropped.map((d) => `  dropped     ${d.count} of ${d.class}: ${d.reason}`),
      `oldest        ${at(found.oldestAt)}`,
      ...found.queuedByType.map((q) => `  queued      ${q.count} ${q.type}`),
      ...epochs.map((e) => `epoch         ${e.epoch} (${e.reason}), the cloud has it up to ${e.contiguous}`),
      `refused       ${deadLetters.length}`,
      ...deadLetters.slice(0, 20).map((d) => `  ${d.verdict.padEnd(11)} ${d.epoch}-${d.seq}: ${d.reason ?? ''}`),
      `from cloud    up to ${found.downCursor}`,
    ].join('\n'),
  );
}

/** `liftgate outbox fsck` @returns exit code 0 where it is sound, 1 where it is not */
export async function fsck(options: StoreOptions): Promise<number> {
  const store = await storeOf(options);
  if (!store) return wrong(ASK);
  const faults = checkStore(store.folder);
  const ok = faults.length === 0;
  print(options.json ? JSON.stringify({ ok, faults }) : ok ? `ok  ${store.folder}` : faults.join('\n'));
  return ok ? 0 : 1;
}

/** `liftgate outbox export` */
export async function exportLines(options: RangeOptions & { readonly state: string }): Promise<number> {
  const store = await storeOf(options);
  if (!store) return wrong(ASK);
  const { state } = options;
  if (state !== 'queued' && state !== 'dead' && state !== 'all')
    return wrong(`--state: expected queued, dead or all, got ${state}`);
  const range = rangeOf(options);
  if (typeof range === 'string') return wrong(range);
  for (const line of exportEvents(store.folder, store, { ...range, state }))
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  return 0;
}

/** `liftgate outbox replay` */
export async function replay(options: RangeOptions & { readonly dead?: boolean }): Promise<number> {
  const store = await storeOf(options);
  if (!store) return wrong(ASK);
  const range = rangeOf(options);
  if (typeof range === 'string') return wrong(range);
  if (!options.dead && options.from === undefined && options.to === undefined)
    return wrong('say which events: --dead, or --from N and --to N');
  const again = replayEvents(store.folder, { ...range, state: options.dead ? 'dead' : 'all' }, Date.now());
  return print(
    options.json ? JSON.stringify({ queued: again }) : `${again} events go up again when the gateway starts`,
  );
}

function rangeOf({ epoch, from, to }: RangeOptions): Omit<Selection, 'state'> | string {
  for (const [name, text] of Object.entries({ from, to }))
    if (text !== undefined && !/^[1-9]\d{0,14}$/.test(text)) return `--${name}: expected a number from 1, got ${text}`;
  return {
    ...(epoch === undefined ? {} : { epoch }),
    ...(from === undefined ? {} : { from: Number(from) }),
    ...(to === undefined ? {} : { to: Number(to) }),
  };
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
