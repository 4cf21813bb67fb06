import { describe, expect, test } from 'vitest';
import { openLine } from '../../../gateway/drivers/line.ts';
import { openPty } from '../../../simulators/pty.ts';
import { openTcpLine } from '../../../simulators/tcp-line.ts';

const never = new AbortController().signal;
const until = <T>(what: () => T) => expect.poll(what, { timeout: 10_000 });

describe.each(['pty', 'tcp'])('a line over %s', (wire) => {
  const device = () => (wire === 'tcp' ? openTcpLine() : Promise.resolve(openPty()));

  test('carries every byte in both directions, unchanged', async () => {
    const there = await device();
    const line = await openLine({ port: there.path, baud: 9_600 }, never);
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const got: number[] = [];
    const echo: number[] = [];
    there.onData((b) => got.push(...b));
    line.onData((b) => echo.push(...b));
    await line.write(all);
    await until(() => got.length).toBe(256);
    expect(got).toEqual([...all]);
    there.write(all);
    await until(() => echo.length).toBe(256);
    expect(echo).toEqual([...all]);
    await line.close();
    expect(await line.closed).toBeNull();
    await there.close();
  });

  test('tells when it is lost, and takes no more', async () => {
    const there = await device();
    const line = await openLine({ port: there.path, baud: 9_600 }, never);
    await there.close();
    expect(await line.closed).toMatchObject({ code: 'unreachable', about: there.path });
    await expect(line.write('x')).rejects.toMatchObject({ code: 'unreachable' });
    await line.close();
  });

  test('can be opened again after it was closed', async () => {
    const there = await device();
    for (let i = 0; i < 5; i++) {
      const line = await openLine({ port: there.path, baud: 9_600 }, never);
      await line.close();
    }
    await there.close();
  });

  test('an abort while it opens leaves nothing open', async () => {
    const there = await device();
    await expect(openLine({ port: there.path, baud: 9_600 }, AbortSignal.abort())).rejects.toMatchObject({
      code: 'unreachable',
    });
    const line = await openLine({ port: there.path, baud: 9_600 }, never);
    await line.close();
    await there.close();
  });
});

test('a port that is not there says so', async () => {
  await expect(openLine({ port: '/dev/ttyNONE7', baud: 9_600 }, never)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('there is no port /dev/ttyNONE7'),
  });
});

test('a port that another program holds says so', async () => {
  const there = openPty();
  const line = await openLine({ port: there.path, baud: 9_600 }, never);
  await expect(openLine({ port: there.path, baud: 9_600 }, never)).rejects.toMatchObject({ code: 'busy' });
  await line.close();
  await there.close();
});

test('a host that refuses says so, with the address', async () => {
  const there = await openTcpLine();
  await there.close();
  await expect(openLine({ port: there.path, baud: 9_600 }, never)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining(there.path),
  });
});
