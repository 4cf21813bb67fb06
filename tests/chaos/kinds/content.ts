import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Kind } from './kind.ts';

export const CONTENT: readonly Kind[] = [
  {
    name: 'poison',
    what: 'events that the cloud cannot understand or store, and devices that talk nonsense',
    async run(world) {
      await world.stopGateway();
      const now = Date.now();
      const poison = [
        { type: 'liftgate.of-tomorrow.v9', data: { any: 'thing' } },
        {
          type: 'liftgate.scan.v1',
          data: { device: 'desk-1', kind: 'job', text: 'a\u0000b', bay: null, checkDigit: 'absent' },
        },
        { type: 'liftgate.bay.lift.v1', data: { bay: 'B1', raised: 'perhaps', heightMm: '\ud800' } },
      ];
      inject(join(world.seat.folder, 'gateway.db'), poison, now);
      world.count('poison', poison.length);
      await world.startGateway();
      const client = await world.speakAs('lift-1');
      try {
        for (const payload of ['NaN', '{"value":', 'x'.repeat(200_000), '\u0000', '1e999', '[]', '']) {
          client.publish('liftgate/lift-1/lift.height', payload, { qos: 1 });
          world.count('nonsense');
        }
        await sleep(2_000);
      } finally {
        await client.endAsync(true);
      }
    },
  },
  {
    name: 'oversize',
    what: 'an event that is larger than all that the cloud takes',
    async run(world) {
      await world.stopGateway();
      const text = randomBytes(1_200_000).toString('base64');
      inject(
        join(world.seat.folder, 'gateway.db'),
        [{ type: 'liftgate.vehicle.readings.v1', data: { text } }],
        Date.now(),
      );
      world.count('oversize');
      await world.startGateway();
      await sleep(2_000);
    },
  },
];

/** Writes events into the store as a newer or a faulty version might have left them; no process may have it open. */
function inject(file: string, events: readonly { readonly type: string; readonly data: object }[], now: number): void {
  const db = new Database(file);
  try {
    db.transaction(() => {
      const next = db.prepare<[], number>('SELECT last_seq + 1 FROM log').pluck();
      for (const { type, data } of events) {
        const seq = next.get()!;
        db.prepare(
          `INSERT INTO event (seq, type, subject, time, rank, vin, data) VALUES (?, ?, 'chaos', ?, 0, NULL, ?)`,
        ).run(seq, type, now, JSON.stringify(data));
        db.prepare('INSERT INTO outbox (seq, lane) VALUES (?, 1)').run(seq);
        db.prepare('UPDATE log SET last_seq = last_seq + 1, produced = produced + 1, queued = queued + 1').run();
      }
    })();
  } finally {
    db.close();
  }
}
