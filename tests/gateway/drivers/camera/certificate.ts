import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/** A certificate that signs itself, as cameras make them (X.509 v3, RFC 5280), for one host name. */
export function selfSigned(name = 'camera'): { key: string; cert: string; fingerprint: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const ecdsaSha256 = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const commonName = der(0x30, Buffer.concat([Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(name))]));
  const who = der(0x30, der(0x31, commonName));
  const valid = der(
    0x30,
    Buffer.concat([der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z'))]),
  );
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const version = der(0xa0, Buffer.from('020102', 'hex'));
  const serial = Buffer.from('02021234', 'hex');
  const body = der(0x30, Buffer.concat([version, serial, ecdsaSha256, who, valid, who, spki]));
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', body, privateKey)]));
  const whole = der(0x30, Buffer.concat([body, ecdsaSha256, signature]));
  const cert = `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { key, cert, fingerprint: createHash('sha256').update(whole).digest('hex') };
}

function der(tag: number, content: Buffer): Buffer {
  const n = content.length;
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
