import { messageOf } from '../../protocols/error.ts';
import type { WorkshopEvent } from '../../protocols/event.ts';
import type { Clock, Millis } from '../../protocols/time.ts';
import { type Boot, type BootClock, openBoot } from './boot.ts';
import { type Calibrations, openCalibrations } from './calibration.ts';
import { cursorsOf, keepSnapshot } from './cursors.ts';
import { type OpenDb, openDb } from './db.ts';
import { openEpochs } from './epoch.ts';
import { eventTable } from './event.ts';
import { gapOf } from './gap.ts';
import { type Commit, type Decider, type Journal, openJournal } from './journal.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import { openPeople, type People } from './people.ts';
import { type Retention, type RetentionOptions, retention } from './retention.ts';
import { openScreens, type Screens } from './screen.ts';

export interface StoreOptions<State, Input> extends RetentionOptions {
  readonly folder: string;
  readonly site: string;
  readonly gateway: string;
  readonly decider: Decider<State, Input>;
  readonly clock: Clock;
  /** The run of the operating system, and its steady clock. */
  readonly boot: BootClock;
  /** Something that a person should read in the log; the store goes on. */
  readonly onTrouble: (what: string, error?: unknown) => void;
}

/** Where a fold over the log stands. */
interface Fold<T> {
  readonly value: T;
  readonly seq: number;
  /** Row of the last fact from the cloud. */
  readonly down: number;
}

/** All that the gateway keeps on disk, in one database with one writer. */
export interface Store<State, Input> {
  /** Epoch of what is recorded now. */
  readonly epoch: string;
  readonly boot: Pick<Boot, 'agree' | 'look' | 'status'>;
  readonly journal: Journal<State, Input>;
  readonly outbox: Outbox;
  readonly retention: Retention;
  readonly people: People;
  readonly screens: Screens;
  readonly calibrations: Calibrations;
  /** Calls back after each commit, in order, until the returned function is called. */
  subscribe(onCommit: (c: Commit) => void): () => void;
  eventsAfter(seq: number): Iterable<WorkshopEvent>;
  /** Facts from the cloud after a row. */
  downAfter(row: number): Iterable<WorkshopEvent>;
  loadFold<T>(name: string): Fold<T> | null;
  /** Keeps a fold that has seen every commit so far. */
  saveFold(name: string, value: unknown): void;
  storyOf(vin: string, limit: number): { type: string; time: Millis; data: unknown }[];
  note(key: string): string | null;
  /** Null forgets it. */
  setNote(key: string, value: string | null): void;
  /** Keeps the configuration and where the log stands beside the database; the ten newest stay. */
  keepSnapshot(configuration: object): void;
  close(): void;
}

/** @throws LiftgateError `conflict` when another process has the store, `config` when the folder cannot be used. */
export function openStore<State, Input>(options: StoreOptions<State, Input>): Store<State, Input> {
  const { folder, site, gateway, decider, clock, onTrouble } = options;
  const opened = openDb(folder, clock());
  const { db } = opened;
  const epochs = openEpochs(db, site, gateway);
  const boot = openBoot(db, options.boot, clock);
  const listeners = new Set<(c: Commit) => void>();
  const { outbox, wake } = openOutbox(db, epochs, boot, clock);
  const journal = openJournal({
    db,
    epochs,
    boot,
    decider,
    onCommit(c) {
      for (const listener of listeners) {
        try {
          listener(c);
        } catch (e) {
          onTrouble(`a listener of the log failed: ${messageOf(e)}`, e);
        }
      }
      if (c.events.length > 0) wake();
    },
    onFault: (e, input) => onTrouble(`no rule could take the input ${JSON.stringify(input).slice(0, 300)}`, e),
  });
  if (opened.setAside) tellSalvage(opened.setAside, journal, clock(), onTrouble);
  const table = eventTable(db, epochs, boot);
  const downPage = db.prepare<[number], { id: number; body: string }>(
    'SELECT id, body FROM down_event WHERE id > ? ORDER BY id LIMIT 1000',
  );
  const loadFold = db.prepare<[string], { seq: number; down: number; body: string }>(
    'SELECT seq, down, body FROM snapshot WHERE name = ?',
  );
  const saveFold = db.prepare<[string, number, string]>(
    `INSERT INTO snapshot (name, input, seq, down, body)
     VALUES (?, 0, ?, (SELECT coalesce(max(id), 0) FROM down_event), ?)
     ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, down = excluded.down, body = excluded.body`,
  );
  const getNote = db.prepare<[string], string>('SELECT value FROM note WHERE key = ?').pluck();
  const putNote = db.prepare<[string, string]>(
    'INSERT INTO note (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const dropNote = db.prepare<[string]>('DELETE FROM note WHERE key = ?');

  return {
    get epoch() {
      return epochs.current().epoch;
    },
    boot,
    journal,
    outbox: outbox(journal),
    retention: retention(db, epochs, journal, options),
    people: openPeople(db, clock),
    screens: openScreens(db, journal.record, clock),
    calibrations: openCalibrations(db),
    subscribe(onCommit) {
      listeners.add(onCommit);
      return () => listeners.delete(onCommit);
    },
    eventsAfter: (seq) => table.after(seq),
    *downAfter(row) {
      for (let last = row; ; ) {
        const page = downPage.all(last);
        if (page.length === 0) return;
        for (const { body } of page) yield JSON.parse(body) as WorkshopEvent;
        last = page.at(-1)!.id;
      }
    },
    loadFold<T>(name: string) {
      const row = loadFold.get(name);
      return row ? { value: JSON.parse(row.body) as T, seq: row.seq, down: row.down } : null;
    },
    saveFold: (name, value) => void saveFold.run(name, journal.lastSeq(), JSON.stringify(value)),
    storyOf: (vin, limit) => table.storyOf(vin, limit),
    note: (k) => getNote.get(k) ?? null,
    setNote: (k, value) => void (value === null ? dropNote.run(k) : putNote.run(k, value)),
    keepSnapshot: (configuration) => keepSnapshot(folder, { ...cursorsOf(db), configuration }, clock()),
    close() {
      try {
        journal.close();
      } finally {
        opened.close();
      }
    },
  };
}

/** For people in the log, and for the cloud as a gap: what is not there will never come. */
function tellSalvage(
  { file, salvage }: NonNullable<OpenDb['setAside']>,
  journal: Pick<Journal<unknown, never>, 'record'>,
  now: Millis,
  onTrouble: (what: string) => void,
): void {
  const { events, queued, lost, missing } = salvage;
  onTrouble(
    `the database was broken; it was put aside as ${file} and a new one begun. Saved: ${events} events, of which ` +
      `${queued} wait for the cloud; lost: ${lost}`,
  );
  if (missing)
    void journal.record([gapOf(missing.ranges, missing.epoch, { priority: 'telemetry', reason: 'corrupt' }, now)]);
}
