import { describe, expect, test } from 'vitest';
import { readLabel } from '../../../protocols/barcode/label.ts';
import { LabelReader } from '../../../protocols/barcode/stream.ts';
import fc from '../../tools/property.ts';

const VIN = 'LSVAA49J132047371';
const anyVin = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHJKLMNPRSTUVWXYZ0123456789'),
  minLength: 17,
  maxLength: 17,
});
const bytes = (text: string) => new TextEncoder().encode(text);

describe('what a label says', () => {
  test.each([
    [VIN, 'vin', VIN, null],
    [`]A0${VIN}`, 'vin', VIN, ']A0'],
    [`]C0${VIN}`, 'vin', VIN, ']C0'],
    [`]d2${VIN}`, 'vin', VIN, ']d2'],
    [`]Q3${VIN}`, 'vin', VIN, ']Q3'],
    [`\x02${VIN}\x03`, 'vin', VIN, null],
    [`*${VIN}*`, 'vin', VIN, null],
    [`I${VIN}`, 'vin', VIN, null],
    [`]A0*I${VIN}*`, 'vin', VIN, ']A0'],
    [VIN.toLowerCase(), 'vin', VIN, null],
    [`VIN:${VIN}`, 'vin', VIN, null],
    ['BAY:3', 'bay', '3', null],
    ['LG-BAY-3', 'bay', '3', null],
    ['lg-bay-bay-2', 'bay', 'bay-2', null],
    ['BAY：3', 'bay', '3', null],
    ['JOB:2025-00017', 'job', '2025-00017', null],
    ['WO: A-7', 'job', 'A-7', null],
    ['TECH:0042', 'badge', '0042', null],
    [']Q1BADGE:W.Li', 'badge', 'W.Li', ']Q1'],
    ['HOLD:parts', 'hold', 'parts', null],
    ['hold:QUALITY', 'hold', 'quality', null],
    ['LG-HOLD-none', 'hold', 'none', null],
    ['HOLD:lunch', 'unknown', 'HOLD:lunch', null],
    ['BAY:', 'unknown', 'BAY:', null],
    ['6901234567892', 'unknown', '6901234567892', null],
    ['HOLD:QC', 'hold', 'quality', null],
    ['等待：配件', 'hold', 'parts', null],
    ['工位:B1', 'bay', 'B1', null],
    ['START', 'job-start', '', null],
    ['LG-START', 'job-start', '', null],
    ['start:WO-17', 'job-start', 'WO-17', null],
    ['LG-STOP-WO-17', 'job-stop', 'WO-17', null],
    ['完工', 'job-stop', '', null],
    ['UNDO', 'undo', '', null],
    ['LG-UNDO', 'undo', '', null],
    ['撤销', 'undo', '', null],
    ['UNDO:all', 'unknown', 'UNDO:all', null],
    ['STARTER MOTOR', 'unknown', 'STARTER MOTOR', null],
    ['沪A12345', 'plate', '沪A12345', null],
    ['粤B·D12345', 'plate', '粤BD12345', null],
    ['京A 12345D', 'plate', '京A12345D', null],
    ['沪ADF1234', 'plate', '沪ADF1234', null],
    ['粤Z1234港', 'plate', '粤Z1234港', null],
    ['京A1234警', 'plate', '京A1234警', null],
    ['使014578', 'plate', '使014578', null],
    ['沪AI2345', 'unknown', '沪AI2345', null],
    ['沪A123456', 'unknown', '沪A123456', null],
    ['沪AI12345', 'unknown', '沪AI12345', null],
    ['PLATE: b-mw 1234', 'plate', 'BMW1234', null],
    ['车牌:沪A12345', 'plate', '沪A12345', null],
    ['PLATE:hello', 'unknown', 'PLATE:hello', null],
    ['ABC123', 'unknown', 'ABC123', null],
    [`X${VIN}`, 'unknown', `X${VIN}`, null],
  ])('%j', (raw, kind, text, symbology) => {
    expect(readLabel(raw)).toEqual({ kind, text, symbology });
  });

  test('any VIN comes through exactly, however the label is dressed', () => {
    const before = fc.constantFrom('', ']A0', ']C0', '\x02', '*', 'VIN:', ']d2');
    fc.assert(
      fc.property(anyVin, before, fc.constantFrom('', '*', ' ', '\t'), (vin, head, tail) => {
        expect(readLabel(head + vin + tail)).toMatchObject({ kind: 'vin', text: vin });
        expect(readLabel(`I${vin}`)).toMatchObject({ kind: 'vin', text: vin });
      }),
    );
  });

  test('any text at all is read without an error', () => {
    fc.assert(fc.property(fc.string(), (text) => readLabel(text).text.length <= text.length));
  });
});

describe('cutting bytes into labels', () => {
  const wire = bytes(`\x02BAY:1\x03\r\n${VIN}\r\nJOB:7\nTECH:9\r\r\n\0HOLD:零件\r${'x'.repeat(600)}\rend`);
  const whole = ['BAY:1', VIN, 'JOB:7', 'TECH:9', 'HOLD:零件'];

  test('any chunking gives the same labels', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(wire.length)), (cuts) => {
        const reader = new LabelReader();
        const at = [0, ...cuts.sort((a, b) => a - b), wire.length];
        expect(at.slice(1).flatMap((end, i) => reader.feed(wire.slice(at[i]!, end)))).toEqual(whole);
        expect(reader.dropped).toBe(1);
      }),
    );
  });

  test('Chinese text in GB 18030 is read', () => {
    const gb = Uint8Array.of(0x4a, 0x4f, 0x42, 0x3a, 0xb9, 0xa4, 0xb5, 0xa5, 0x0d);
    expect(new LabelReader().feed(gb)).toEqual(['JOB:工单']);
  });

  test('a label longer than any of ours is dropped and counted, and the next is read', () => {
    const reader = new LabelReader();
    expect(reader.feed(bytes(`${'A'.repeat(100_000)}\rBAY:2\r`))).toEqual(['BAY:2']);
    expect(reader.dropped).toBe(1);
  });
});
