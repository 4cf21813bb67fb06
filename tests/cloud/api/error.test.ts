import { expect, test } from 'vitest';
import { refusalOf, STATUS_OF } from '../../../cloud/api/error.ts';
import { ERROR_CODES, LiftgateError } from '../../../protocols/error.ts';

test('every code has one status, and every status stands for a code', () => {
  expect(Object.keys(STATUS_OF).sort()).toEqual([...ERROR_CODES].sort());
  for (const status of Object.values(STATUS_OF)) expect(status).toBeGreaterThanOrEqual(400);
});

test('what a gateway may send again later has a status on which it does', () => {
  expect([STATUS_OF.busy, STATUS_OF.unreachable]).toEqual([429, 503]);
});

test('a refusal carries code, message and field', () => {
  const e = new LiftgateError('conflict', 'taken', { about: 'email' });
  expect(refusalOf(e, false)).toEqual({ status: 409, error: { code: 'conflict', message: 'taken', about: 'email' } });
});

test('denied is 401 for a stranger and 403 for someone we know', () => {
  const e = new LiftgateError('denied', 'no');
  expect([refusalOf(e, false).status, refusalOf(e, true).status]).toEqual([401, 403]);
});

test('our own defects are told in no detail', () => {
  const { status, error } = refusalOf(new TypeError('secret of /home/x is undefined'), false);
  expect(status).toBe(500);
  expect(error).toMatchObject({ code: 'internal' });
  expect(error.message).not.toContain('secret');
});
