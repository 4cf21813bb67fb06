import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SURROUNDINGS } from '../../../cloud/app.ts';
import { expireNotices, noticesToSend } from '../../../cloud/modules/crm/send.ts';
import { openMailer } from '../../../cloud/modules/notify/mail.ts';
import { settleLost } from '../../../cloud/modules/notify/outbox.ts';
import { runSender } from '../../../cloud/modules/notify/sender.ts';
import type { NoticeItem } from '../../../protocols/api/console.ts';
import { type Mailbox, startMailbox } from '../../../simulators/mailbox.ts';
import { MONDAY_10, startTestCloud, type TestCloud, type TestGateway, type TestPerson } from '../../tools/cloud.ts';
import { flag, layout, occupancy, vehicle } from '../../tools/facts.ts';

const DAY = 86_400_000;
const QUIET = { from: '21:00', to: '08:00' };
let cloud: TestCloud;
let mailbox: Mailbox;
let gw: TestGateway;
let advisor: TestPerson;
let cars = 0;

beforeAll(async () => {
  mailbox = await startMailbox();
  cloud = await startTestCloud({ mailbox });
  gw = await cloud.gateway('shop');
  advisor = await cloud.person('mei@example.com');
  await gw.send(layout(MONDAY_10, '城南服务中心'));
});
afterAll(async () => {
  await cloud.stop();
  await mailbox.stop();
});
beforeEach(async () => {
  await goTo(MONDAY_10);
  mailbox.refuseWith(null);
  linkBase = null;
});

/** Moves the clock; a session lasts a day at most, so the advisor signs in again. */
async function goTo(time: number): Promise<void> {
  cloud.now = time;
  advisor = await advisor.signInAgain();
}

const newVin = () => `LSVAA4182E21848${String(10 + cars++)}`;
const noticesOf = async (vin: string): Promise<NoticeItem[]> =>
  (await advisor.call('GET', `/v1/notices?site=shop&vin=${vin}`)).body.items;
const lettersTo = (email: string) => mailbox.list().filter((l) => l.to.includes(email));

/** A car with an owner who agreed, and a prediction for it. */
async function flagged(name: string, consent = true): Promise<{ vin: string; email: string; customer: string }> {
  const vin = newVin();
  const email = `${name}@example.com`;
  const { body } = await advisor.call('POST', '/v1/customers', {
    site: 'shop',
    name,
    email,
    locale: 'en',
    vins: [vin],
    ...(consent ? { consent: { maintenance: true, source: 'signed form of 2026-01-05' } } : {}),
  });
  await gw.send(
    occupancy(cloud.now, 'occupied', `stay-${vin}`),
    vehicle(cloud.now, `stay-${vin}`, vin),
    flag(cloud.now, vin),
  );
  return { vin, email, customer: body.id };
}

let linkBase: string | null = null;
const content = noticesToSend(SURROUNDINGS, QUIET, () => linkBase);

/** Lets the sender work until nothing is due any more. */
async function sendDue(port = mailbox.port): Promise<void> {
  const { db } = cloud.database;
  const ended = new AbortController();
  const faults: unknown[] = [];
  const running = runSender(
    {
      db,
      clock: () => cloud.now,
      content,
      mailer: openMailer({ host: '127.0.0.1', port, secure: false, from: '城南服务中心 <service@example.com>' }),
      onError: (e) => faults.push(e),
    },
    ended.signal,
  );
  await expect
    .poll(
      async () =>
        (
          await db.query(`SELECT 1 FROM outbox WHERE state = 'sending' OR (state = 'waiting' AND run_after <= $1)`, [
            cloud.now,
          ])
        ).rowCount,
      { timeout: 20_000 },
    )
    .toBe(0);
  ended.abort();
  await running;
  expect(faults).toEqual([]);
}

describe('a prediction', () => {
  test('becomes one notice, which an advisor lets go and a real mail server gets once', async () => {
    const { vin, email } = await flagged('chen');
    await gw.send(flag(cloud.now + 1_000, vin));
    const [notice, ...more] = await noticesOf(vin);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      state: 'proposed',
      why: null,
      flag: 'battery',
      plate: '沪A12345',
      model: 'Lavida',
      customer: { name: 'chen', email, consent: true },
      subject: 'Your Lavida (沪A12345): its battery should be looked at',
    });
    await sendDue();
    expect(lettersTo(email)).toEqual([]);

    const approved = await advisor.call('POST', `/v1/notices/${notice!.id}/approve`);
    expect(approved.body).toMatchObject({ state: 'approved', approvedBy: 'mei', sendAfter: cloud.now });
    expect((await advisor.call('POST', `/v1/notices/${notice!.id}/approve`)).status).toBe(409);
    await Promise.all([sendDue(), sendDue()]);
    expect(lettersTo(email)).toMatchObject([
      { subject: notice!.subject, from: expect.stringContaining('service@example.com') },
    ]);
    expect(lettersTo(email)[0]!.text).toContain('城南服务中心');
    expect(await noticesOf(vin)).toMatchObject([{ state: 'sent', sentAt: cloud.now }]);
    expect((await advisor.call('GET', '/v1/mailbox')).body.items[0]).toMatchObject({ to: email });

    // Told once: the same prediction, days later, is no news.
    await goTo(cloud.now + 5 * DAY);
    await gw.send(flag(cloud.now, vin));
    expect(await noticesOf(vin)).toMatchObject([{ state: 'sent' }]);
    await goTo(cloud.now + 31 * DAY);
    await gw.send(flag(cloud.now, vin));
    expect((await noticesOf(vin)).length).toBe(2);
  });

  test('that is only watched, or taken back, is told to nobody', async () => {
    const { vin, email } = await flagged('dong');
    const watched = newVin();
    await gw.send(flag(cloud.now, watched, 'watch'), flag(cloud.now + 1_000, vin, 'cleared'));
    expect(await noticesOf(watched)).toEqual([]);
    expect(await noticesOf(vin)).toMatchObject([{ state: 'withdrawn', why: 'cleared' }]);
    await sendDue();
    expect(lettersTo(email)).toEqual([]);
  });

  test('that nobody approves within a day is out of date; a new one opens it again', async () => {
    const { vin } = await flagged('fang');
    await goTo(cloud.now + DAY + 1);
    const { id } = (await noticesOf(vin))[0]!;
    expect((await advisor.call('POST', `/v1/notices/${id}/approve`)).status).toBe(409);
    await expireNotices(cloud.database.db, cloud.now);
    expect(await noticesOf(vin)).toMatchObject([{ id, state: 'expired' }]);
    await gw.send(flag(cloud.now, vin));
    expect(await noticesOf(vin)).toMatchObject([{ id, state: 'proposed', why: null }]);
  });

  describe('that is settled before anything was sent is withdrawn, and says why:', () => {
    const settle = (vin: string, body: object) =>
      advisor.call('POST', `/v1/vehicles/${vin}/flags/battery?site=shop`, body);
    const approved = async (name: string) => {
      const car = await flagged(name);
      const { id } = (await noticesOf(car.vin))[0]!;
      await advisor.call('POST', `/v1/notices/${id}/approve`);
      return { ...car, id };
    };

    test('a dismissed flag; the engine goes on saying so and proposes nothing, a reopened one does', async () => {
      const { vin, email, id } = await approved('ning');
      await settle(vin, { act: 'acknowledge' });
      expect(await noticesOf(vin)).toMatchObject([{ state: 'approved' }]);
      await settle(vin, { act: 'dismiss', reason: 'drained by a fair' });
      expect(await noticesOf(vin)).toMatchObject([{ id, state: 'withdrawn', why: 'flag-dismissed' }]);
      await sendDue();
      expect(lettersTo(email)).toEqual([]);
      await gw.send(flag(cloud.now + 1_000, vin));
      expect(await noticesOf(vin)).toMatchObject([{ state: 'withdrawn' }]);
      await settle(vin, { act: 'reopen' });
      await gw.send(flag(cloud.now + 2_000, vin));
      expect(await noticesOf(vin)).toMatchObject([{ id, state: 'proposed', why: null }]);
    });

    test('a repair that was verified', async () => {
      const { vin, id } = await approved('ouyang');
      await settle(vin, { act: 'verify' });
      expect(await noticesOf(vin)).toMatchObject([{ id, state: 'withdrawn', why: 'flag-verified' }]);
      const [c] = (await advisor.call('GET', `/v1/vehicles/${vin}?site=shop`)).body.cases;
      expect(c).toMatchObject({ state: 'verified', outcome: 'repaired' });
    });

    test('a work order that repaired this part, and no other', async () => {
      const { vin } = await flagged('pan');
      await gw.send(flag(cloud.now, vin, 'raised', { flag: 'oil', unit: '%' }));
      const { order } = (await advisor.call('POST', '/v1/orders', { site: 'shop', vin })).body;
      for (const body of [{ state: 'checked-in' }, { state: 'in-progress' }, { state: 'ready' }])
        await advisor.call('PATCH', `/v1/orders/${order}?site=shop`, body);
      await advisor.call('PATCH', `/v1/orders/${order}?site=shop`, { state: 'closed', repaired: ['battery'] });
      const notices = (await noticesOf(vin)).toSorted((a, b) => (a.flag < b.flag ? -1 : 1));
      expect(notices).toMatchObject([
        { flag: 'battery', state: 'withdrawn', why: 'repaired' },
        { flag: 'oil', state: 'proposed', why: null },
      ]);
    });

    test('a word of the site’s own page; one that does not count withdraws nothing', async () => {
      const [settled, late] = [await flagged('qin'), await flagged('ruan')];
      const said = (vin: string, at: number) => ({
        ...{ type: 'liftgate.flag.action.v1', subject: `vehicle/${vin}`, time: at },
        data: { vin, flag: 'battery', act: 'verify', reason: null, at, by: 'LW' },
      });
      await settle(late.vin, { act: 'acknowledge' });
      type Body = Parameters<typeof gw.send>[0];
      await gw.send(said(settled.vin, cloud.now + 1) as Body, said(late.vin, cloud.now - DAY) as Body);
      expect(await noticesOf(settled.vin)).toMatchObject([{ state: 'withdrawn', why: 'flag-verified' }]);
      expect(await noticesOf(late.vin)).toMatchObject([{ state: 'proposed' }]);
    });

    test('but what was sent stays sent', async () => {
      const { vin } = await approved('shen');
      await sendDue();
      await settle(vin, { act: 'verify' });
      expect(await noticesOf(vin)).toMatchObject([{ state: 'sent' }]);
    });
  });

  test('may be set aside with a reason, and stays so', async () => {
    const { vin } = await flagged('gao');
    const { id } = (await noticesOf(vin))[0]!;
    const { body } = await advisor.call('POST', `/v1/notices/${id}/dismiss`, { reason: 'new battery last week' });
    expect(body).toMatchObject({ state: 'dismissed', why: 'new battery last week' });
    await gw.send(flag(cloud.now + 1_000, vin));
    expect(await noticesOf(vin)).toMatchObject([{ id, state: 'dismissed' }]);
  });
});

describe('without consent', () => {
  test('nothing can be sent, and what is missing is said at each step', async () => {
    const vin = newVin();
    await gw.send(flag(cloud.now, vin));
    expect(await noticesOf(vin)).toMatchObject([{ state: 'blocked', why: 'no-customer', customer: null }]);
    const { id } = (await noticesOf(vin))[0]!;
    expect((await advisor.call('POST', `/v1/notices/${id}/approve`)).status).toBe(409);

    const { body: he } = await advisor.call('POST', '/v1/customers', { site: 'shop', name: '何', vins: [vin] });
    expect(he.consent).toEqual({ maintenance: false, at: null, source: null });
    expect(await noticesOf(vin)).toMatchObject([{ state: 'blocked', why: 'no-consent', customer: { name: '何' } }]);
    const change = (body: object) => advisor.call('PATCH', `/v1/customers/${he.id}`, body);
    await change({ consent: { maintenance: true, source: 'by telephone' } });
    expect(await noticesOf(vin)).toMatchObject([{ state: 'blocked', why: 'no-address' }]);
    await change({ email: 'he@example.com' });
    const [notice] = await noticesOf(vin);
    expect(notice).toMatchObject({ state: 'proposed', why: null });
    expect(notice!.body).toContain('何，您好');
    const { rows } = await cloud.database.db.query('SELECT given, source FROM consents WHERE customer = $1', [he.id]);
    expect(rows).toEqual([{ given: true, source: 'by telephone' }]);
  });

  test('withdrawn after the approval, the letter does not leave', async () => {
    const { vin, email, customer } = await flagged('jiang');
    const { id } = (await noticesOf(vin))[0]!;
    await advisor.call('POST', `/v1/notices/${id}/approve`);
    await advisor.call('PATCH', `/v1/customers/${customer}`, { consent: { maintenance: false, source: 'e-mail' } });
    await sendDue();
    expect(lettersTo(email)).toEqual([]);
    expect(await noticesOf(vin)).toMatchObject([{ state: 'blocked', why: 'no-consent' }]);
    // Given again, and approved again, it goes.
    await advisor.call('PATCH', `/v1/customers/${customer}`, { consent: { maintenance: true, source: 'e-mail' } });
    expect((await advisor.call('POST', `/v1/notices/${id}/approve`)).status).toBe(200);
    await sendDue();
    expect(lettersTo(email).length).toBe(1);
  });
});

describe('at night', () => {
  test('an approved notice waits for the morning of the site', async () => {
    await goTo(Date.parse('2026-03-02T22:30:00+08:00'));
    const { vin, email } = await flagged('kong');
    const { id } = (await noticesOf(vin))[0]!;
    const morning = Date.parse('2026-03-03T08:00:00+08:00');
    const { body } = await advisor.call('POST', `/v1/notices/${id}/approve`);
    expect(body).toMatchObject({ state: 'approved', sendAfter: morning });
    await sendDue();
    expect(lettersTo(email)).toEqual([]);
    cloud.now = morning;
    await sendDue();
    expect(lettersTo(email).length).toBe(1);
  });
});

describe('a mail server', () => {
  test('that says "later" is asked later, and the letter comes once', async () => {
    const { vin, email } = await flagged('lin');
    const { id } = (await noticesOf(vin))[0]!;
    await advisor.call('POST', `/v1/notices/${id}/approve`);
    mailbox.refuseWith(451);
    await sendDue();
    expect(await noticesOf(vin)).toMatchObject([{ state: 'approved' }]);
    mailbox.refuseWith(null);
    await sendDue();
    expect(lettersTo(email)).toEqual([]);
    cloud.now += 31_000;
    await sendDue();
    expect(lettersTo(email).length).toBe(1);
    expect(await noticesOf(vin)).toMatchObject([{ state: 'sent' }]);
  });

  test('that says "never" ends it, with its words', async () => {
    const { vin } = await flagged('meng');
    const { id } = (await noticesOf(vin))[0]!;
    await advisor.call('POST', `/v1/notices/${id}/approve`);
    mailbox.refuseWith(554);
    await sendDue();
    expect(await noticesOf(vin)).toMatchObject([
      { state: 'failed', why: expect.stringContaining('refused by the mailbox') },
    ]);
  });

  test('that hangs up after the text leaves it unknown whether it went out: it is not sent twice', async () => {
    const hangsUp = await startHangingUp();
    const { vin } = await flagged('ning');
    const { id } = (await noticesOf(vin))[0]!;
    await advisor.call('POST', `/v1/notices/${id}/approve`);
    await sendDue(hangsUp.port);
    hangsUp.server.close();
    expect(await noticesOf(vin)).toMatchObject([
      { state: 'failed', why: expect.stringContaining('not known whether') },
    ]);
    cloud.now += 3_600_000;
    await sendDue();
    expect(hangsUp.texts()).toBe(1);
    expect((await advisor.call('POST', `/v1/notices/${id}/approve`)).status).toBe(409);
  });

  test('that was being spoken to when the cloud was killed leaves a letter of unknown fate, which is said', async () => {
    const { vin, email } = await flagged('ouyang');
    const { id } = (await noticesOf(vin))[0]!;
    await advisor.call('POST', `/v1/notices/${id}/approve`);
    const { db } = cloud.database;
    await db.query(`UPDATE outbox SET state = 'sending', claimed_at = $1 WHERE ref = $2`, [cloud.now, id]);
    cloud.now += 11 * 60_000;
    await settleLost(db, content, cloud.now);
    await sendDue();
    expect(lettersTo(email)).toEqual([]);
    expect(await noticesOf(vin)).toMatchObject([
      { state: 'failed', why: expect.stringContaining('not known whether') },
    ]);
  });
});

/** An SMTP server that takes the whole text and then hangs up without a word. */
async function startHangingUp(): Promise<{ server: Server; port: number; texts(): number }> {
  let texts = 0;
  const server = createServer((socket) => {
    let data = false;
    socket.on('error', () => {});
    socket.write('220 ready\r\n');
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      if (data) {
        if (!chunk.includes('\r\n.\r\n')) return;
        texts++;
        return socket.destroy();
      }
      if (chunk.startsWith('DATA')) {
        data = true;
        return socket.write('354 go on\r\n');
      }
      socket.write('250 ok\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { server, port, texts: () => texts };
}

describe('the way out that stands in a letter', () => {
  const BASE = 'https://cloud.example.com';
  /** A letter that was sent, and the path of its link. */
  async function letterOf(name: string, base: string | null = BASE) {
    linkBase = base;
    const car = await flagged(name);
    const { id } = (await noticesOf(car.vin))[0]!;
    await advisor.call('POST', `/v1/notices/${id}/approve`);
    await sendDue();
    const letter = lettersTo(car.email)[0]!;
    const url = /https?:\S+\/stop\/\S+/.exec(letter.text)?.[0] ?? null;
    return { ...car, letter, url, path: url?.replace(base!, '') ?? '', headers: mailbox.headers(letter.id) };
  }
  const open = (method: 'GET' | 'POST', url: string, payload?: string, type = 'application/x-www-form-urlencoded') =>
    cloud.app.inject({
      ...{ method, url },
      ...(payload === undefined ? {} : { payload, headers: { 'content-type': type } }),
    });
  const consentOf = async (id: string) => (await advisor.call('GET', `/v1/customers/${id}`)).body.consent;
  const ledgerOf = async (id: string) =>
    (
      await cloud.database.db.query('SELECT given, source, person, at FROM consents WHERE customer = $1 ORDER BY id', [
        id,
      ])
    ).rows;

  test('a letter bears a link without anything personal, and the headers of RFC 8058', async () => {
    const { vin, email, customer, url, headers, path } = await letterOf('tan');
    expect(path).toMatch(/^\/stop\/[A-Za-z0-9_-]{43}$/);
    for (const word of [vin, email, customer, 'tan']) expect(path).not.toContain(word);
    expect(headers).toContain(`List-Unsubscribe: <${url}>`);
    expect(headers).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    const { rows } = await cloud.database.db.query('SELECT * FROM letter_links WHERE customer = $1', [customer]);
    expect(JSON.stringify(rows)).not.toContain(path.slice('/stop/'.length));
  });

  test('one click is only for an https address; without an address there is the word to reply alone', async () => {
    const plain = await letterOf('ulan', 'http://127.0.0.1:8490');
    expect(plain.headers.join()).toContain('List-Unsubscribe: <http://127.0.0.1:8490/stop/');
    expect(plain.headers.join()).not.toContain('List-Unsubscribe-Post');
    const none = await letterOf('vera', null);
    expect([none.url, none.headers.some((h) => /^List-/.test(h))]).toEqual([null, false]);
    expect(none.letter.text).toContain('Reply "stop"');
  });

  test('looking changes nothing, as mail scanners look at every link; the page names no person', async () => {
    const { path, customer, email } = await letterOf('wen');
    for (const method of ['GET', 'GET'] as const) {
      const page = await open(method, path);
      expect(page.statusCode).toBe(200);
      expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
      expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; style-src 'sha256-/);
      expect(page.body).toMatch(/<html lang="en">[\s\S]*城南服务中心[\s\S]*<form method="post">/);
      for (const word of ['wen', email]) expect(page.body).not.toContain(word);
    }
    expect((await cloud.app.inject({ method: 'HEAD', url: path })).statusCode).toBe(200);
    expect(await consentOf(customer)).toMatchObject({ maintenance: true });
    expect((await open('GET', `${path}?lang=zh-CN`)).body).toContain('退订保养提醒');
  });

  test('the button of the page ends it, with source and time; the same again changes nothing', async () => {
    const { path, customer, vin } = await letterOf('xia');
    await gw.send(flag(cloud.now, vin, 'raised', { flag: 'oil', unit: '%' }));
    const done = await open('POST', path, '');
    expect([done.statusCode, done.body]).toEqual([200, expect.stringContaining('You are opted out')]);
    const at = cloud.now;
    expect(await consentOf(customer)).toEqual({ maintenance: false, at, source: 'opt-out-link' });
    // What waits for them is not sent any more.
    expect((await noticesOf(vin)).find((n) => n.flag === 'oil')).toMatchObject({ state: 'blocked', why: 'no-consent' });
    cloud.now += 60_000;
    expect((await open('POST', path, '')).statusCode).toBe(200);
    expect((await open('GET', path)).body).not.toContain('<form');
    expect(await ledgerOf(customer)).toMatchObject([
      { given: true },
      { given: false, source: 'opt-out-link', person: null, at },
    ]);
  });

  test('the button of a mail program ends it, by a form of either kind', async () => {
    const urlencoded = await letterOf('yan');
    await open('POST', urlencoded.path, 'List-Unsubscribe=One-Click');
    const multipart = await letterOf('zhou');
    const body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
    const reply = await open('POST', multipart.path, body, 'multipart/form-data; boundary=b');
    expect(reply.statusCode).toBe(200);
    for (const { customer } of [urlencoded, multipart])
      expect(await consentOf(customer)).toMatchObject({ maintenance: false, source: 'list-unsubscribe' });
  });

  test('who agrees again is not opted out by the old letter', async () => {
    const { path, customer } = await letterOf('an');
    await open('POST', path, '');
    const consent = { maintenance: true, source: 'said so at the desk' };
    await advisor.call('PATCH', `/v1/customers/${customer}`, { consent });
    await open('POST', path, '');
    expect(await consentOf(customer)).toMatchObject(consent);
  });

  test('a link that is not known is said in both languages, whoever asks', async () => {
    for (const method of ['GET', 'POST'] as const) {
      const page = await open(method, `/stop/${'A'.repeat(43)}`, method === 'POST' ? '' : undefined);
      expect(page.statusCode).toBe(404);
      expect(page.body).toMatch(/链接无效[\s\S]*This link does not work/);
    }
  });
});
