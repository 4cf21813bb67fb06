import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CameraDesk, cameraRoutes } from '../../../gateway/http/camera.ts';
import { answerErrors } from '../../../gateway/http/error.ts';
import type { SiteBay } from '../../../protocols/api/camera.ts';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
const BAY = '/site/api/cameras/cam-1/bays/B1';
const bay = { bay: 'B1', revision: 1 } as SiteBay;

let app: FastifyInstance;
let calls: unknown[][];

beforeEach(async () => {
  calls = [];
  const answer =
    <T>(name: string, value: T) =>
    (...what: unknown[]) => {
      calls.push([name, ...what]);
      return value;
    };
  const desk: CameraDesk = {
    list: () => ({ limits: { most: 20, fewest: 2, emptyBelow: 0.2, occupiedAbove: 0.8 }, items: [] }),
    picture: async () => ({ frame: 'f-1', ageMs: 12.4, jpeg: JPEG }),
    confidence: answer('confidence', Promise.resolve({ frame: 'f-1', inUse: null, trained: null })),
    ...{ draw: answer('draw', bay), label: answer('label', Promise.resolve(bay)) },
    ...{ unlabel: answer('unlabel', bay), use: answer('use', bay) },
  };
  app = Fastify();
  answerErrors(app);
  await app.register(rateLimit, { global: false });
  cameraRoutes(app, desk);
});
afterEach(() => app.close());

const picture = (headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url: '/site/api/cameras/cam-1/picture', headers });

test('a picture comes with its name and its age', async () => {
  const reply = await picture({ 'sec-fetch-site': 'same-origin' });
  expect(reply.statusCode).toBe(200);
  expect(reply.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'liftgate-frame': 'f-1',
    'liftgate-age-ms': '12',
  });
  expect(reply.rawPayload).toEqual(JPEG);
});

test.each(['cross-site', 'same-site'])('a page of another origin (%s) gets no picture', async (from) => {
  expect((await picture({ 'sec-fetch-site': from })).statusCode).toBe(401);
});

test('who asks for more than two pictures a second for a minute is told to slow down', async () => {
  const codes: number[] = [];
  for (let i = 0; i < 122; i += 1) codes.push((await picture()).statusCode);
  expect(codes.slice(0, 120).every((c) => c === 200)).toBe(true);
  expect(codes.slice(120)).toEqual([429, 429]);
  expect((await picture()).json().error.code).toBe('busy');
});

test('each change reaches the desk as it was sent', async () => {
  const outline = [
    [0, 0],
    [1, 0],
    [1, 1],
  ];
  await app.inject({ method: 'PUT', url: `${BAY}/outline`, payload: { outline, revision: 0 } });
  await app.inject({ method: 'POST', url: `${BAY}/labels`, payload: { frame: 'f-1', occupied: true, revision: 1 } });
  await app.inject({ method: 'DELETE', url: `${BAY}/labels/7` });
  await app.inject({ method: 'POST', url: `${BAY}/model`, payload: { use: 'former', revision: 2 } });
  await app.inject({ method: 'GET', url: `${BAY}/confidence?frame=f-1` });
  expect(calls).toEqual([
    ['draw', 'cam-1', 'B1', { outline, revision: 0 }],
    ['label', 'cam-1', 'B1', { frame: 'f-1', occupied: true, revision: 1 }],
    ['unlabel', 'cam-1', 'B1', 7],
    ['use', 'cam-1', 'B1', { use: 'former', revision: 2 }],
    ['confidence', 'cam-1', 'B1', 'f-1'],
  ]);
});

test.each([
  [
    'PUT',
    '/outline',
    {
      outline: [
        [0, 0],
        [1, 1],
      ],
      revision: 0,
    },
    'outline',
  ],
  [
    'PUT',
    '/outline',
    {
      outline: [
        [0, 0],
        [1.2, 0],
        [1, 1],
      ],
      revision: 0,
    },
    'outline.1.0',
  ],
  [
    'PUT',
    '/outline',
    {
      outline: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    },
    'revision',
  ],
  ['POST', '/labels', { frame: '', occupied: true, revision: 0 }, 'frame'],
  ['POST', '/labels', { frame: 'f', occupied: 'yes', revision: 0 }, 'occupied'],
  ['POST', '/model', { use: 'best', revision: 0 }, 'use'],
  ['DELETE', '/labels/x', undefined, 'body'],
  ['GET', '/confidence', undefined, 'frame'],
] as const)('%s %s with %j is refused by name', async (method, path, payload, about) => {
  const reply = await app.inject({ method, url: `${BAY}${path}`, ...(payload ? { payload } : {}) });
  expect(reply.statusCode).toBe(400);
  expect(reply.json().error).toMatchObject({ code: 'invalid', about });
  expect(calls).toEqual([]);
});
