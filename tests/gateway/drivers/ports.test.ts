import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kernelPorts } from '../../../gateway/drivers/ports.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'liftgate-ports-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A folder with one-line files in it. */
function folder(path: string, files: Record<string, string> = {}): string {
  const full = join(root, path);
  mkdirSync(full, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(full, name), `${text}\n`);
  return full;
}

test('a USB port is told with the identity of its plug and a path that stays; what has no device is no port', async () => {
  const plug = folder('sys/devices/pci0/usb1/1-2', {
    ...{ idVendor: '0403', idProduct: '6001', manufacturer: 'FTDI', product: 'FT232R USB UART', serial: 'A50285BI' },
  });
  const port = folder('sys/devices/pci0/usb1/1-2/1-2:1.0/ttyUSB0');
  symlinkSync(port, join(folder('sys/class/tty/ttyUSB0'), 'device'));
  // A modem's port (CDC-ACM) hangs on the interface itself.
  folder('sys/devices/pci0/usb1/1-3', { idVendor: '1EAB', idProduct: '1A03' });
  symlinkSync(folder('sys/devices/pci0/usb1/1-3/1-3:1.0'), join(folder('sys/class/tty/ttyACM0'), 'device'));
  symlinkSync(folder('sys/devices/platform/serial8250'), join(folder('sys/class/tty/ttyS0', { type: '4' }), 'device'));
  symlinkSync(folder('sys/devices/platform/serial8250'), join(folder('sys/class/tty/ttyS1', { type: '0' }), 'device'));
  folder('sys/class/tty/tty1');
  folder('sys/class/tty/ptmx');
  symlinkSync('../../ttyUSB0', join(folder('dev/serial/by-id'), 'usb-FTDI_FT232R_A50285BI-if00-port0'));

  const none = { vendorId: null, productId: null, manufacturer: null, product: null, serialNumber: null, stable: null };
  expect(plug).toContain('1-2');
  expect(await kernelPorts(root)).toEqual([
    { ...none, path: '/dev/ttyACM0', vendorId: '1eab', productId: '1a03' },
    { ...none, path: '/dev/ttyS0' },
    {
      path: '/dev/ttyUSB0',
      vendorId: '0403',
      productId: '6001',
      manufacturer: 'FTDI',
      product: 'FT232R USB UART',
      serialNumber: 'A50285BI',
      stable: '/dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0',
    },
  ]);
});

test('a machine without ports has none, and one that shows nothing of them says so', async () => {
  expect(await kernelPorts(root)).toBe(null);
  folder('sys/class/tty');
  expect(await kernelPorts(root)).toEqual([]);
});
