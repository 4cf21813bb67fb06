import { type Logger, pino } from 'pino';

/** Secrets wherever they may turn up in what is logged. */
const SECRET = ['password', 'token', 'secret', 'authorization', 'cookie'];

/** JSON lines on standard output, secrets taken out. */
export function createLog(): Logger {
  const paths = SECRET.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);
  return pino({ name: 'liftgate-gateway', redact: { paths, censor: '***' } });
}
