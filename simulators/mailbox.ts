import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

interface Letter {
  readonly id: string;
  /** When it came, ms. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mailbox {
  readonly port: number;
  /** Newest first. */
  list(): Letter[];
  /** The header fields of a letter, one a line, unfolded. */
  headers(id: string): readonly string[];
  /** The next letters are answered with this SMTP status and not kept; null: taken again. */
  refuseWith(code: number | null): void;
  stop(): Promise<void>;
}

const MOST = 200;

/** A real SMTP server on 127.0.0.1 that keeps the newest letters in memory and sends none of them on. */
export async function startMailbox(options: { port?: number; clock?: () => number } = {}): Promise<Mailbox> {
  const clock = options.clock ?? Date.now;
  let letters: Letter[] = [];
  const headers = new Map<string, readonly string[]>();
  let refusal: number | null = null;
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: 1_048_576,
    onData(stream, _session, done) {
      simpleParser(stream).then(
        (mail) => {
          if (refusal !== null)
            return done(Object.assign(new Error('refused by the mailbox'), { responseCode: refusal }));
          const to = [mail.to ?? []].flat().map((a) => a.text);
          const { messageId, from, subject = '', text = '' } = mail;
          const id = messageId ?? `letter-${++count}`;
          headers.set(
            id,
            mail.headerLines.map((h) => h.line.replaceAll(/\r?\n\s+/g, ' ')),
          );
          letters = [{ id, at: clock(), from: from?.text ?? '', to: to.join(', '), subject, text }, ...letters].slice(
            0,
            MOST,
          );
          for (const old of headers.keys()) if (headers.size > MOST) headers.delete(old);
          done();
        },
        (e: Error) => done(e),
      );
    },
  });
  // A client that hangs up in the middle is its own affair.
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as { port: number };
  return {
    port,
    list: () => letters,
    headers: (id) => headers.get(id) ?? [],
    refuseWith(code) {
      refusal = code;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
