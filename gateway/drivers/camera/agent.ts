import { TLSSocket } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { LiftgateError } from '../../../protocols/error.ts';

const agents = new Map<string, Agent>();

/**
 * Makes connections of the camera drivers: a new one for each request, because cameras close kept ones whenever they
 * like, and that race looks like a fault. Over https the certificate must be trusted by this machine, or be the very one
 * that is pinned; cameras sign theirs themselves.
 *
 * @param fingerprint SHA-256 of the certificate as hex, colons or not; null: none is pinned
 */
export function agentFor(fingerprint: string | null): Agent {
  const pin = fingerprint === null ? null : plain(fingerprint);
  const known = agents.get(pin ?? '');
  if (known) return known;
  // Sessions are not resumed: a resumed one shows no certificate.
  const connect = buildConnector({ rejectUnauthorized: false, maxCachedSessions: 0 });
  const agent = new Agent({
    pipelining: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(options, callback) {
      connect(options, (error, socket) => {
        if (error !== null) return callback(error, null);
        const wrong = socket instanceof TLSSocket ? distrust(socket, pin) : null;
        if (wrong === null) return callback(null, socket);
        socket.destroy();
        callback(wrong, null);
      });
    },
  });
  agents.set(pin ?? '', agent);
  return agent;
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

function distrust(socket: TLSSocket, pin: string | null): LiftgateError | null {
  const shown = socket.getPeerCertificate().fingerprint256 ?? '';
  if (pin === null && socket.authorized) return null;
  if (pin !== null && plain(shown) === pin) return null;
  return new LiftgateError(
    'config',
    pin === null
      ? `expected a certificate that this machine trusts, got one with the fingerprint ${shown}; ` +
          'compare it with the one that the camera shows, and write it into the option fingerprint'
      : `expected the pinned certificate, got one with the fingerprint ${shown}; ` +
          'if the camera was given a new one, change the option fingerprint, else somebody stands between',
    { trouble: 'wrong-certificate' },
  );
}
