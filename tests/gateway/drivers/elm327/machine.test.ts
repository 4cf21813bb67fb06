import { describe, expect, test } from 'vitest';
import { type Effect, Machine } from '../../../../gateway/drivers/elm327/machine.ts';
import type { Step } from '../../../../gateway/drivers/elm327/talk.ts';
import fc from '../../../tools/property.ts';

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const ask: Step & { say: string } = { say: '010C', timeoutMs: 3_000, ifMute: 'resynchronise', quietMs: 1_200 };
const writes = (effects: readonly Effect[]) => effects.flatMap((e) => ('write' in e ? [e.write] : []));
const heard = (effects: readonly Effect[]) => effects.flatMap((e) => ('heard' in e ? [e.heard] : []))[0] ?? null;

describe('one command in flight', () => {
  test('ends with the prompt, and with nothing else', () => {
    const m = new Machine();
    expect(writes(m.begin(ask, 0))).toEqual(['010C\r']);
    expect(m.take(bytes('OK\r7E804410C1AF8\r\r'), 10)).toEqual([]);
    expect(heard(m.take(bytes('>'), 20))?.reply?.data).toEqual(['7E804410C1AF8']);
    expect(m.until).toBeNull();
  });

  test('any chunking of the same bytes gives the same reply', () => {
    const wire = '010C\r\0SEARCHING...\r7E8 04 41 0C 1A F8 \r\r>';
    fc.assert(
      fc.property(fc.array(fc.nat(wire.length), { maxLength: 8 }), (cuts) => {
        const m = new Machine();
        m.begin(ask, 0);
        const at = [0, ...cuts.sort((a, b) => a - b), wire.length];
        const effects = at.slice(1).flatMap((end, i) => m.take(bytes(wire.slice(at[i]!, end)), i));
        expect(heard(effects)?.reply).toMatchObject({ data: ['7E804410C1AF8'], words: ['searching'], echoed: true });
      }),
    );
  });

  test('a stray prompt answers nothing: later answers stay with their questions', () => {
    const m = new Machine();
    m.begin(ask, 0);
    expect(m.take(bytes('\r>'), 5)).toEqual([]);
    expect(heard(m.take(bytes('NO DATA\r\r>'), 9))?.reply?.words).toEqual(['no-data']);
  });

  test('a reset that is told unasked ends the next question, not the next command', () => {
    const m = new Machine();
    m.take(bytes('LV RESET\r\r>'), 1);
    const effects = m.begin(ask, 5);
    expect(writes(effects)).toEqual([]);
    expect(heard(effects)?.reply?.words).toEqual(['low-voltage-reset']);
    m.take(bytes('LV RESET\r\r>'), 6);
    expect(writes(m.begin({ say: 'ATWS', timeoutMs: 1_000, ifMute: 'resynchronise' }, 7))).toEqual(['ATWS\r']);
  });

  test('an adapter that looks for the bus is not hurried; what came without a prompt is handed on', () => {
    const m = new Machine();
    m.begin({ say: '0100', timeoutMs: 3_000, ifMute: 'go-on', quietMs: 1_200 }, 0);
    m.take(bytes('SEARCHING...\r'), 10);
    expect(m.until).toBe(3_000);
    expect(heard(m.tick(3_000))).toMatchObject({ reply: null, noise: 'SEARCHING...\r' });
  });

  test('what comes late, while nobody waits, is dropped', () => {
    const m = new Machine();
    expect(m.take(bytes('7E804410C1AF8\r\r>'), 0)).toEqual([]);
    m.begin(ask, 10);
    expect(heard(m.take(bytes('NO DATA\r>'), 11))?.reply?.data).toEqual([]);
  });
});

describe('no prompt', () => {
  test('a space, the rest is drained, ATI is answered: two requests and the conversation goes on', () => {
    const m = new Machine();
    m.begin(ask, 0);
    expect(m.tick(2_999)).toEqual([]);
    expect(writes(m.tick(3_000))).toEqual([' ']);
    expect(m.take(bytes('STOPPED\r\r>'), 3_100)).toEqual([]);
    expect(writes(m.tick(3_300))).toEqual(['ATI\r']);
    expect(heard(m.take(bytes('ELM327 v1.5\r\r>'), 3_320))).toEqual({
      reply: null,
      noise: '',
      reset: false,
      answerMs: 0,
      times: null,
    });
  });

  test('a reply that breaks off is given up early, but not one that a control unit said to wait for', () => {
    const m = new Machine();
    m.begin(ask, 0);
    m.take(bytes('7E80441'), 100);
    expect(m.until).toBe(1_300);
    const pending = new Machine();
    pending.begin(ask, 0);
    pending.take(bytes('7E8037F0178\r'), 100);
    expect(pending.until).toBe(3_000);
  });

  test('the ladder: ATI, ATWS, ATZ, and then the line is given up; a bare CR never', () => {
    const m = new Machine();
    m.begin(ask, 0);
    const said: string[] = [];
    let dead = false;
    for (let at = 0; at < 20_000 && !dead; at += 50) {
      const effects = m.tick(at);
      said.push(...writes(effects));
      dead = effects.some((e) => 'dead' in e);
    }
    expect(said).toEqual([' ', 'ATI\r', 'ATWS\r', 'ATZ\r']);
    expect(dead).toBe(true);
  });

  test('an adapter that answers after a reset has lost its settings', () => {
    const m = new Machine();
    m.begin(ask, 0);
    m.tick(3_000);
    m.tick(3_300);
    expect(writes(m.tick(4_300))).toEqual(['ATWS\r']);
    expect(heard(m.take(bytes('ELM327 v1.5\r\r>'), 4_400))).toMatchObject({ reply: null, noise: '', reset: true });
  });

  test('any bytes at any time never throw, and it always ends', () => {
    const event = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.nat(2_000));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const m = new Machine();
        let at = 0;
        m.begin(ask, at);
        let done = false;
        for (const e of events) {
          at += typeof e === 'number' ? e : 0;
          const effects = typeof e === 'number' ? m.tick(at) : m.take(e, at);
          done ||= effects.some((x) => 'heard' in x || 'dead' in x);
        }
        for (const end = at + 20_000; at < end && !done; at += 100) {
          done = m.tick(at).some((x) => 'heard' in x || 'dead' in x);
        }
        expect(done).toBe(true);
      }),
    );
  });
});
