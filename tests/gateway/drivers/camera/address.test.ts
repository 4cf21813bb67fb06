import { expect, test } from 'vitest';
import { mend } from '../../../../gateway/drivers/camera/address.ts';

const OURS = 'http://gate.example:8080/onvif/device_service';

test.each([
  ['http://192.168.1.20/snap?ch=1', OURS, ['http://gate.example/snap?ch=1', 'http://gate.example:8080/snap?ch=1']],
  ['http://192.168.1.20:8080/snap', OURS, ['http://gate.example:8080/snap']],
  ['/snap', OURS, ['http://gate.example:8080/snap']],
  [
    'http://10.0.0.1//elsewhere.example/x',
    OURS,
    ['http://gate.example//elsewhere.example/x', 'http://gate.example:8080//elsewhere.example/x'],
  ],
  ['http://10.0.0.1/snap', 'https://gate.example:8443/', ['https://gate.example:8443/snap']],
  ['rtsp://10.0.0.1/live', OURS, []],
  ['file:///etc/passwd', OURS, []],
  ['http://[bad', OURS, []],
])('what the camera calls %s is looked for at the host that answered', (advertised, answered, candidates) => {
  expect(mend(advertised, answered)).toEqual(candidates);
});
