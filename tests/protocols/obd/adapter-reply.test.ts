import { describe, expect, test } from 'vitest';
import { gravest, ReplyReader, readReply, recoveryOf } from '../../../protocols/obd/adapter-reply.ts';
import fc from '../../tools/property.ts';

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('the words of an adapter', () => {
  test.each([
    ['OK', 'ok'],
    ['?', 'unknown-command'],
    ['SEARCHING...', 'searching'],
    ['BUS INIT: OK', 'bus-init-ok'],
    ['BUS INIT: ...OK', 'bus-init-ok'],
    ['BUS INIT: ...ERROR', 'bus-init-error'],
    ['BUS BUSY', 'bus-busy'],
    ['BUS ERROR', 'bus-error'],
    ['NO DATA', 'no-data'],
    ['UNABLE TO CONNECT', 'unable-to-connect'],
    ['CAN ERROR', 'can-error'],
    ['FB ERROR', 'feedback-error'],
    ['DATA ERROR', 'data-error'],
    ['48 6B 10 41 0C <DATA ERROR', 'line-data-error'],
    ['BUS INIT: ...BUS BUSY', 'bus-busy'],
    ['OUT OF MEMORY', 'out-of-memory'],
    ['UART RX OVERFLOW', 'receive-overflow'],
    ['OBDLink EX r1.3', 'banner'],
    ['7E8 04 41 <RX ERROR', 'rx-error'],
    ['BUFFER FULL', 'buffer-full'],
    ['STOPPED', 'stopped'],
    ['ERR94', 'can-chip-reset'],
    ['ERR71', 'internal-error'],
    ['LV RESET', 'low-voltage-reset'],
    ['ACT ALERT', 'activity-alert'],
    ['!ACT ALERT', 'activity-alert'],
    ['LP ALERT', 'low-power-alert'],
    ['!LP ALERT', 'low-power-alert'],
    ['FC RX TIMEOUT', 'flow-control-timeout'],
    ['ELM327 v1.5', 'banner'],
    ['NOT CONNECTED', 'unrecognised'],
    ['VENDOR MODE', 'unrecognised'],
  ])('%s is %s', (text, word) => {
    const reply = readReply(`${text}\r\r`, '010C');
    expect(reply.words).toEqual([word]);
    expect(reply.data).toEqual([]);
  });

  test('data, echo and remarks are told apart', () => {
    const reply = readReply('0100\rSEARCHING...\r7E8 06 41 00 BE 3F A8 13 \r\r', '0100');
    expect(reply).toMatchObject({ echoed: true, words: ['searching'], data: ['7E8064100BE3FA813'] });
  });

  test('a clone that forgets the line end after SEARCHING loses no data', () => {
    expect(readReply('SEARCHING...41 00 BE 3F A8 13\r', '0100')).toMatchObject({ data: ['4100BE3FA813'] });
    expect(readReply('BUS INIT: OK4100BE3FA813\r', '0100')).toMatchObject({
      words: ['bus-init-ok'],
      data: ['4100BE3FA813'],
    });
  });

  test('an answer in words is no data: the voltage and the version', () => {
    expect(readReply('12.6V\r\r', 'ATRV')).toMatchObject({ lines: ['12.6V'], data: [], words: [] });
    expect(readReply('\xfcELM327 v2.1\r', 'ATZ')).toMatchObject({ lines: ['ELM327 v2.1'], words: ['banner'] });
  });

  test('junk inside a line spoils the line', () => {
    expect(readReply('7E8 04 41 \xfc0C 1A F8\r', '010C')).toMatchObject({ data: [], words: ['unrecognised'] });
  });

  test('the gravest word of a reply decides', () => {
    expect(gravest(readReply('SEARCHING...\rUNABLE TO CONNECT\r', '0100'))).toBe('no-bus');
    expect(gravest(readReply('LV RESET\r', '0100'))).toBe('initialise');
    expect(gravest(readReply('7E8 03 41 0D 00\r', '010D'))).toBe('none');
    expect(recoveryOf('unrecognised')).toBe('repeat');
  });
});

describe('cutting bytes into replies', () => {
  const wire = '\0ELM327 v1.5\r\r>ATE0\rOK\r\r>41 0C 1A\0 F8\r\r>half';

  test('any chunking gives the same replies', () => {
    const whole = new ReplyReader().feed(bytes(wire));
    expect(whole).toEqual(['ELM327 v1.5\r\r', 'ATE0\rOK\r\r', '41 0C 1A F8\r\r']);
    fc.assert(
      fc.property(fc.array(fc.nat(wire.length)), (cuts) => {
        const reader = new ReplyReader();
        const at = [0, ...cuts.sort((a, b) => a - b), wire.length];
        const replies = at.slice(1).flatMap((end, i) => reader.feed(bytes(wire.slice(at[i]!, end))));
        expect(replies).toEqual(whole);
        expect(reader.rest).toBe('half');
      }),
    );
  });

  test('a flood without a prompt takes no more than its share of memory', () => {
    const reader = new ReplyReader();
    for (let i = 0; i < 20; i++) reader.feed(new Uint8Array(10_000).fill(0x41));
    expect(reader.rest.length).toBeLessThanOrEqual(65_536);
    expect(reader.dropped).toBe(200_000 - 65_536);
  });

  test('any bytes at all are read without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('0100', '03', 'ATZ', 'ATRV'), (noise, command) => {
        for (const reply of new ReplyReader().feed(Uint8Array.of(...noise, 0x3e))) {
          expect(Array.isArray(readReply(reply, command).lines)).toBe(true);
        }
      }),
    );
  });
});
