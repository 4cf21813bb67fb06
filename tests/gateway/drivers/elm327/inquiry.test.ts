import { expect, test } from 'vitest';
import { Habits, inquire } from '../../../../gateway/drivers/elm327/inquiry.ts';
import type { Heard } from '../../../../gateway/drivers/elm327/talk.ts';
import { readReply } from '../../../../protocols/obd/adapter-reply.ts';
import { J1979 } from '../../../../protocols/obd/j1979.ts';

const parts = () => ({
  bus: {
    protocol: '6',
    format: { bus: 'can-11', headers: true } as const,
    dialect: J1979,
    greeting: [],
    echoes: false,
  },
  facts: {
    version: null,
    id: null,
    stn: null,
    absent: new Set<string>(),
    echoes: false,
    baud: null,
    protocol: null,
    wakesItself: false,
    warm: false,
  },
  habits: new Habits(new Map()),
});

/** Plays a question against a list of replies; what was said, what was waited for, and what came of it. */
function play(request: string, replies: readonly string[]) {
  const talk = inquire(request, null, parts());
  const said: (string | number)[] = [];
  let left = replies;
  let step = talk.next();
  while (!step.done) {
    const value = step.value;
    let heard: Heard = { reply: null, noise: '', reset: false, answerMs: 0, times: null };
    if ('pauseMs' in value) said.push(value.pauseMs);
    if ('say' in value) {
      said.push(value.say);
      heard = { ...heard, reply: readReply(left[0] ?? 'NO DATA', value.say) };
      left = left.slice(1);
    }
    step = talk.next(heard);
  }
  return { said, reply: step.value };
}

const bytes = (reply: ReturnType<typeof play>['reply']) => reply.messages.map((m) => [m.source, m.bytes[0]]);

// ISO 14229-1, annex A.1, 0x21: the server is too busy; the client shall repeat the request. ISO 15031-5 says the same of
// services 01 to 0A. That another unit has answered does not make the busy one's answer less wanted.
test('a unit that is busy beside another that answers is asked again, and both are heard', () => {
  const { said, reply } = play(
    '0101',
    ['7E803 7F0121\r7E9064101810765 04', '7E8 06 41 01 83 07 65 04\r7E9037F0121'].map((r) => r.replaceAll(' ', '')),
  );
  expect(said.slice(0, 3)).toEqual(['0101', 100, '0101']);
  expect(bytes(reply)).toEqual(
    expect.arrayContaining([
      ['7E8', 0x41],
      ['7E9', 0x41],
    ]),
  );
  expect(reply.messages).toHaveLength(2);
});

test('who stays busy is told as a refusal beside the answers of others', () => {
  const { said, reply } = play(
    '0902',
    Array.from({ length: 5 }, () => '7E8037F0921\r7E90749020131484743'),
  );
  expect(said.filter((s) => typeof s === 'number')).toEqual([100, 300, 900]);
  expect(bytes(reply)).toEqual([
    ['7E8', 0x7f],
    ['7E9', 0x49],
  ]);
});

test('a round of live values waits but once for one that is busy beside others', () => {
  const { said, reply } = play(
    '010C',
    Array.from({ length: 5 }, () => '7E8037F0121\r7E904410C1AF8'),
  );
  expect(said).toEqual(['010C', 100, '010C']);
  expect(bytes(reply)).toContainEqual(['7E9', 0x41]);
});
