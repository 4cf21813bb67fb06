import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { GatewayRow } from './gateway-log.ts';

/** One event of our gateway as the cloud keeps it. */
export interface CloudRow {
  readonly epoch: string;
  readonly seq: number;
  readonly id: number;
  readonly type: string;
  readonly subject: string;
  readonly time: number;
  /** What the gateway said, where the cloud put the time right. */
  readonly saidTime: number | null;
  readonly data: GatewayRow['data'];
  readonly hash: string;
}

/** The cloud's own PostgreSQL, as the lab looks into it: with a connection for each question, since it is killed often. */
export class CloudLog {
  readonly #folder: string;
  readonly #site: string;

  constructor(folder: string, site: string) {
    this.#folder = folder;
    this.#site = site;
  }

  get url(): string {
    const password = readFileSync(join(this.#folder, 'password'), 'utf8').trim();
    return `postgres://liftgate:${password}@127.0.0.1:${this.#pidFile()[3]}/liftgate`;
  }

  /** Process of the server. */
  get pid(): number {
    return Number(this.#pidFile()[0]);
  }

  #pidFile(): string[] {
    return readFileSync(join(this.#folder, 'pg', 'postmaster.pid'), 'utf8').split('\n');
  }

  async query<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<T>(text, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** Resolves as soon as the server answers. */
  async answers(): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await this.query('SELECT 1');
        return;
      } catch (e) {
        if (tries > 600) throw e;
        await sleep(100);
      }
    }
  }

  async rows(): Promise<CloudRow[]> {
    const rows = await this.query<Record<keyof CloudRow, never>>(
      `SELECT epoch, seq::int, id::int, type, subject, time::float8, said_time::float8 AS "saidTime", data,
          encode(body_sha256, 'hex') AS hash
        FROM events WHERE site = $1 AND gateway <> 'cloud' ORDER BY id`,
      [this.#site],
    );
    return rows;
  }

  /** Does it hold this label of a scanner? */
  async hasLabel(label: string): Promise<boolean> {
    const rows = await this.query(
      `SELECT 1 FROM events WHERE site = $1 AND type = 'liftgate.scan.v1' AND data ->> 'text' = $2 LIMIT 1`,
      [this.#site, label],
    );
    return rows.length > 0;
  }

  /** What arrived of each epoch, as text of ranges. */
  async received(): Promise<{ epoch: string; ranges: number; top: number }[]> {
    return await this.query(
      `SELECT epoch, (SELECT count(*)::int FROM unnest(received)) AS ranges, coalesce(upper(received) - 1, 0)::int AS top
        FROM cursors WHERE site = $1 ORDER BY epoch`,
      [this.#site],
    );
  }

  async deadLetters(): Promise<{ epoch: string; seq: number | null; verdict: string; reason: string }[]> {
    return await this.query('SELECT epoch, seq::int, verdict, reason FROM dead_letters WHERE site = $1 ORDER BY id', [
      this.#site,
    ]);
  }
}
