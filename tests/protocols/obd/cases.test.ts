import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gravest, ReplyReader, readReply } from '../../../protocols/obd/adapter-reply.ts';
import { formatOf, joinLines } from '../../../protocols/obd/frame.ts';
import { hex } from '../../../protocols/obd/hex.ts';

/** Bytes in, result out: one folder for each reply of an adapter, each protocol, and each quirk of the field. */
const folder = join(import.meta.dirname, '../../cases/obd');
const names = readdirSync(folder);
const json = (name: string, file: string) => JSON.parse(readFileSync(join(folder, name, file), 'utf8'));

/** `\r`, `\n`, `\0` and `\xNN` in the file stand for their bytes. */
function bytesOfWire(name: string): Uint8Array {
  const text = readFileSync(join(folder, name, 'wire.txt'), 'utf8').trimEnd();
  const codes: Record<string, string> = { '\\r': '\r', '\\n': '\n', '\\0': '\0' };
  const raw = text.replace(/\\x([0-9a-f]{2})|\\[rn0]/g, (all, code?: string) =>
    code === undefined ? codes[all]! : String.fromCharCode(Number.parseInt(code, 16)),
  );
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

function read(name: string, chunk: number) {
  const { command, protocol, headers } = json(name, 'case.json');
  const wire = bytesOfWire(name);
  const reader = new ReplyReader();
  const replies: string[] = [];
  for (let at = 0; at < wire.length; at += chunk) replies.push(...reader.feed(wire.subarray(at, at + chunk)));
  expect(replies).toHaveLength(1);
  const reply = readReply(replies[0]!, command);
  const { messages, faults } = joinLines(reply.data, formatOf(protocol, headers)!);
  return {
    words: reply.words,
    recovery: gravest(reply),
    messages: messages.map((m) => ({ source: m.source, bytes: m.bytes.map(hex).join('') })),
    faults: faults.map((f) => f.fault),
    echoed: reply.echoed,
  };
}

test.each(names)('%s', (name) => {
  const expected = json(name, 'expected.json');
  for (const chunk of [1_000, 7, 1]) expect(read(name, chunk)).toEqual(expected);
});
