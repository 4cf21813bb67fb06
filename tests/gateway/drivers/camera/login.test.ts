import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DigestLogin, passwordDigest, usernameToken } from '../../../../gateway/drivers/camera/login.ts';

describe('HTTP digest login', () => {
  // RFC 7616, 3.9.1
  const mufasa = { user: 'Mufasa', password: 'Circle of Life' };
  const words = (algorithm: string) =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
  const answer = (...challenges: string[]) => {
    const login = new DigestLogin();
    expect(login.accept(challenges)).not.toBe(null);
    return login.header(mufasa, 'GET', '/dir/index.html', cnonce);
  };

  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers the example of the RFC with %s', (algorithm, response) => {
    const header = answer(words(algorithm));
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain('nc=00000001');
    expect(header).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  test('prefers SHA-256 and steps over algorithms that it does not know', () => {
    expect(answer(words('SHA-512-256'), words('MD5'), words('SHA-256'))).toContain('algorithm=SHA-256');
    expect(answer(words('SHA-512-256'), words('MD5'))).toContain('algorithm=MD5');
    expect(answer(`Basic realm="x", ${words('MD5')}, ${words('SHA-256')}`)).toContain('algorithm=SHA-256');
  });

  test('a session’s hash holds nonce and cnonce, and the cnonce stays for as long as the nonce', () => {
    const login = new DigestLogin();
    login.accept(['Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess']);
    const md5 = (t: string) => createHash('md5').update(t).digest('hex');
    const sent = ['00000001', '00000002'].map((nc) => {
      const header = login.header(mufasa, 'GET', '/x')!;
      const cnonce = /cnonce="(\w+)"/.exec(header)![1]!;
      const a1 = md5(`${md5('Mufasa:r:Circle of Life')}:n:${cnonce}`);
      expect(header).toContain(`response="${md5(`${a1}:n:${nc}:${cnonce}:auth:${md5('GET:/x')}`)}"`);
      expect(header).toContain('algorithm=MD5-sess');
      return cnonce;
    });
    expect(sent[0]).toBe(sent[1]);
  });

  test('a realm, a user and a password beyond ASCII are hashed as the bytes that they are', () => {
    const login = new DigestLogin();
    // As undici gives a header: one character a byte.
    const raw = (text: string) => Buffer.from(text).toString('latin1');
    login.accept([raw('Digest realm="网络摄像机", nonce="n"')]);
    const header = login.header({ user: '工位', password: 'pässwört' }, 'GET', '/x')!;
    const md5 = (t: string) => createHash('md5').update(t).digest('hex');
    expect(header).toContain(raw('username="工位", realm="网络摄像机"'));
    expect(header).toContain(`response="${md5(`${md5('工位:网络摄像机:pässwört')}:n:${md5('GET:/x')}`)}"`);
  });

  test('a nonce that ran out is told apart from a wrong password', () => {
    const login = new DigestLogin();
    expect(login.accept(['Digest realm="r", nonce="n", stale=TRUE'])).toEqual({ stale: true });
    expect(login.accept(['Digest realm="r", nonce="n", stale=false'])).toEqual({ stale: false });
  });

  test('counts the uses of a nonce', () => {
    const login = new DigestLogin();
    login.accept([words('MD5')]);
    login.header(mufasa, 'GET', '/');
    expect(login.header(mufasa, 'GET', '/')).toContain('nc=00000002');
    login.accept([words('MD5')]);
    expect(login.header(mufasa, 'GET', '/')).toContain('nc=00000001');
  });

  test('answers a server of RFC 2069, which offers no qop', () => {
    const header = answer('Digest realm="r", nonce="n"');
    expect(header).toMatch(/algorithm=MD5/);
    expect(header).not.toMatch(/qop|cnonce|nc=/);
  });

  test.each([
    [[]],
    [['Basic realm="camera"']],
    [['Digest realm="no nonce"']],
    [['Digest nonce="n", qop="auth-int"']],
    [['garbage,,,=="']],
  ])('has no answer to %j', (challenges) => {
    expect(new DigestLogin().accept(challenges)).toBe(null);
  });
});

describe('WS-UsernameToken', () => {
  test('makes the digest of the ONVIF Application Programmer’s Guide', () => {
    const nonce = Buffer.from('LKqI6G/AikKCQrN0zqZFlg==', 'base64');
    expect(passwordDigest(nonce, '2010-09-16T07:50:45Z', 'userpassword')).toBe('tuOSpGlFlIXsozq4HFNeeGeFLEI=');
  });

  test('never holds the password, and never the same nonce', () => {
    const login = { user: 'a<b', password: 'hunter2hunter2' };
    const [one, two] = [usernameToken(login, 0), usernameToken(login, 0)];
    expect(one).not.toContain('hunter2');
    expect(one).toContain('<Username>a&#60;b</Username>');
    expect(one).not.toBe(two);
  });
});
