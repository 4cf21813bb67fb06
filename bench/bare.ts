import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import Database from 'better-sqlite3';

/**
 * The least that could do the same: a broker whose messages go into one SQLite table in grouped commits with full sync,
 * and are acknowledged after the commit. No rights, no decoding, no engine, no outbox. What Liftgate is held against.
 */
process.once('message', (order) => {
  void run(order as { file: string });
});

async function run({ file }: { file: string }): Promise<void> {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE input (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO input (at, body) VALUES (?, ?)');
  let waiting: { body: string; done: () => void }[] = [];
  let timer: NodeJS.Timeout | null = null;
  let soon: NodeJS.Immediate | null = null;
  const flush = () => {
    if (timer) clearTimeout(timer);
    if (soon) clearImmediate(soon);
    timer = null;
    soon = null;
    const group = waiting;
    waiting = [];
    db.transaction(() => {
      for (const { body } of group) insert.run(Date.now(), body);
    })();
    for (const { done } of group) done();
  };
  const broker = await Aedes.createBroker({
    authorizePublish: (_client, publication, done) => {
      const { topic, payload } = publication;
      if (topic.startsWith('$')) return done(null);
      waiting.push({ body: JSON.stringify({ topic, payload: payload.toString() }), done: () => done(null) });
      if (waiting.length >= 50) soon ??= setImmediate(flush);
      else timer ??= setTimeout(flush, 20);
    },
  });
  const server = createServer(broker.handle);
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }));
  process.once('disconnect', () => process.exit(0));
}
