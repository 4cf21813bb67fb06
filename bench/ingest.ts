import type { ChildProcess } from 'node:child_process';
import pino from 'pino';
import { buildCloudApp } from '../cloud/app.ts';
import { createGateway } from '../cloud/modules/access/gateway.ts';
import type { Db } from '../cloud/store/pool.ts';
import { startTestDatabase } from '../tests/tools/postgres.ts';
import { factOf } from './facts.ts';
import { processorMs } from './family.ts';
import { asked, forked } from './fork.ts';
import type { IngestOrder, IngestReady, IngestResult } from './ingest-load.ts';
import { median, type Section } from './section.ts';

const GATEWAYS = 4;
const BATCH = 500;
const ROUNDS = 3;
const SECONDS = 6;

/** What one turn came to. */
interface Turn {
  /** Events a second. */
  readonly rate: number;
  /** Processor time of all processes that take part, µs an event. */
  readonly cost: number;
}

/**
 * Events a second that the cloud takes over HTTP, each batch durable before its answer; beside the bare statement that
 * puts the same rows into the same PostgreSQL. In turn, so that a busy machine is busy for both; who begins changes, and
 * before each turn PostgreSQL writes out what the one before has left behind.
 */
export async function run(): Promise<Section> {
  const database = await startTestDatabase();
  const { db } = database;
  const logger = pino({ level: 'silent' });
  const quiet = { from: '21:00', to: '08:00' };
  const app = await buildCloudApp({
    ...{ db, logger, quiet, clock: Date.now, publicUrl: null, mailbox: null, committed: () => {} },
  });
  const turns = { bare: [] as Turn[], ours: [] as Turn[] };
  let client: ChildProcess | undefined;
  try {
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as { port: number };
    const gateways = await Promise.all(
      Array.from({ length: GATEWAYS }, async (_, n) => {
        const site = `site-${n}`;
        return { site, credential: (await createGateway(db, site, 'gw-1', Date.now())).credential };
      }),
    );
    await createBare(db);
    const order: IngestOrder = {
      url: `http://127.0.0.1:${port}/v1/sync`,
      gateways,
      batch: BATCH,
      seconds: 2,
      round: 0,
    };
    // The first round warms both up.
    await bareTurn(db, order.seconds);
    ({ child: client } = await forked<IngestReady>('ingest-load.ts', order));
    await asked<IngestResult>(client, {});
    for (let round = 1; round <= ROUNDS; round++) {
      const bare = async () => void turns.bare.push(await bareTurn(db, SECONDS));
      const ours = async () => void turns.ours.push(await ourTurn(client!, { ...order, seconds: SECONDS, round }));
      for (const turn of round % 2 === 1 ? [bare, ours] : [ours, bare]) {
        await db.query('CHECKPOINT');
        await turn();
      }
    }
  } finally {
    client?.disconnect();
    await app.close();
    await database.stop();
  }
  const rateOf = (who: keyof typeof turns) => median(turns[who].map((t) => t.rate));
  const costOf = (who: keyof typeof turns) => median(turns[who].map((t) => t.cost));
  const ours = rateOf('ours');
  const ratio = median(turns.ours.map(({ rate }, i) => rate / turns.bare[i]!.rate));
  return {
    title: `Cloud ingest: ${GATEWAYS} gateways at once, batches of ${BATCH}, ${ROUNDS} × ${SECONDS} s in turn`,
    rows: [
      { name: 'Liftgate, HTTP to commit', value: ours, unit: 'events/s', goal: '≥ 20,000', met: ours >= 20_000 },
      { name: 'bare INSERT … unnest, the same rows', value: rateOf('bare'), unit: 'rows/s' },
      { name: 'Liftgate ÷ bare', value: ratio, unit: '', goal: '≥ 0.4', met: ratio >= 0.4 },
      { name: 'processor time, Liftgate, with its client and PostgreSQL', value: costOf('ours'), unit: 'µs/event' },
      { name: 'processor time, bare, with its client and PostgreSQL', value: costOf('bare'), unit: 'µs/row' },
    ],
  };
}

/** The client packs its batches before the clock starts; that is not counted. */
async function ourTurn(client: ChildProcess, order: IngestOrder): Promise<Turn> {
  await asked<IngestReady>(client, order);
  const before = processorMs(process.pid);
  const { accepted, seconds } = await asked<IngestResult>(client, {});
  return { rate: accepted / seconds, cost: ((processorMs(process.pid) - before) * 1_000) / accepted };
}

/** The same table as the log's, with the same keys. */
async function createBare(db: Db): Promise<void> {
  await db.query(`CREATE TABLE bare (site text NOT NULL, gateway text NOT NULL, epoch text NOT NULL, seq bigint NOT NULL,
    id bigint NOT NULL, type text NOT NULL, subject text NOT NULL, time bigint NOT NULL, received_at bigint NOT NULL,
    data jsonb NOT NULL, body_sha256 bytea NOT NULL, PRIMARY KEY (site, gateway, epoch, seq))`);
  await db.query('CREATE UNIQUE INDEX ON bare (site, id)');
}

let bareSeq = 0;

/** One connection a gateway, one transaction a batch, nothing else. */
async function bareTurn(db: Db, seconds: number): Promise<Turn> {
  const hash = Buffer.alloc(32, 7);
  const columns = Array.from({ length: BATCH }, (_, n) => factOf(n, Date.now()));
  const fixed = [
    columns.map((e) => e.type),
    columns.map((e) => e.subject),
    columns.map((e) => e.time),
    columns.map((e) => JSON.stringify(e.data)),
    columns.map(() => hash),
  ];
  const before = processorMs(process.pid);
  const started = performance.now();
  let rows = 0;
  const lane = async (site: string) => {
    while (performance.now() - started < seconds * 1_000) {
      const first = bareSeq;
      bareSeq += BATCH;
      const seqs = columns.map((_, n) => first + n);
      await db.query({
        name: 'bare',
        text: `INSERT INTO bare SELECT $1, 'gw-1', 'e1', seq, id, type, subject, time, 0, data, hash
          FROM unnest($2::int8[], $3::int8[], $4::text[], $5::text[], $6::int8[], $7::jsonb[], $8::bytea[])
            AS e (seq, id, type, subject, time, data, hash)`,
        values: [site, seqs, seqs, ...fixed],
      });
      rows += BATCH;
    }
  };
  await Promise.all(Array.from({ length: GATEWAYS }, (_, n) => lane(`site-${n}`)));
  const rate = (rows / (performance.now() - started)) * 1_000;
  return { rate, cost: ((processorMs(process.pid) - before) * 1_000) / rows };
}
