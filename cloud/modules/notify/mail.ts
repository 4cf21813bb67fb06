import { createTransport } from 'nodemailer';
import { messageId, type Outcome, outcomeOf, type SmtpFailure } from './rules.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Sender, e.g. `Service <service@example.com>`. */
  readonly from: string;
}

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** URL that ends such letters: for the button of the mail program. */
  readonly stop?: string;
}

export interface Mailer {
  /** Never rejects: how it ended is the answer. */
  send(key: string, letter: Letter): Promise<Outcome>;
}

/** An SMTP server that letters are handed to; each on a line of its own, which is closed after it. */
export function openMailer({ host, port, secure, user, password, from }: SmtpServer): Mailer {
  const domain = /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'liftgate.invalid';
  return {
    async send(key, { to, subject, text, stop }) {
      // A line that breaks is reported alike before and after the text; the protocol log alone tells which it was.
      let left = false;
      const ignore = () => {};
      const note = (entry: { tnx?: string }, line?: unknown) => {
        if (entry.tnx === 'client' && line === 'DATA') left = true;
      };
      const log = { level: ignore, trace: ignore, info: ignore, warn: ignore, error: ignore, fatal: ignore };
      const transport = createTransport({
        host,
        port,
        secure,
        ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
        logger: { ...log, debug: note },
        transactionLog: true,
        connectionTimeout: 15_000,
        greetingTimeout: 15_000,
        socketTimeout: 60_000,
        // A letter of ours is plain text: nothing in it may make nodemailer open a file or an address.
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        // RFC 3834: tells auto-responders not to answer.
        const headers = { 'Auto-Submitted': 'auto-generated', ...(stop === undefined ? {} : unsubscribe(stop)) };
        await transport.sendMail({ from, to, subject, text, headers, messageId: messageId(key, domain) });
        return { kind: 'sent' };
      } catch (e) {
        return outcomeOf(e as SmtpFailure, left);
      } finally {
        transport.close();
      }
    },
  };
}

/** RFC 2369 section 3.2; one click (RFC 8058 section 3.1) is only for an https address. */
function unsubscribe(url: string): Record<string, string> {
  const list = { 'List-Unsubscribe': `<${url}>` };
  return url.startsWith('https:') ? { ...list, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : list;
}
