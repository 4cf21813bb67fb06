import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** How an imitation of an ELM327 differs from the data sheet. All of these are met in the open. */
export interface Manner {
  /** Said to whoever calls, before anything was asked. */
  readonly greeting?: string;
  /** Answers to commands of the adapter, without `AT`. All others get `unknown`. */
  readonly at?: Readonly<Record<string, string>>;
  readonly unknown?: 'OK' | '?';
  /** What becomes of `ATH1`: obeyed, confirmed and forgotten, or obeyed without PCI and in one line. */
  readonly headers?: 'obeyed' | 'forgotten' | 'whole';
  /** It repeats requests to the car for ever, and commands until `ATE0`. */
  readonly echoesRequests?: boolean;
  /** Behind the prompt. */
  readonly tail?: string;
  readonly batches?: boolean;
  /** Spaces, whatever it is told. */
  readonly spaces?: boolean;
  /** Every request is answered by the unit of the last `ATSH`, and the car knows this one alone. */
  readonly only?: string;
  /** What is said to a request that the car does not know. */
  readonly unanswered?: string;
  /** Before the first answer of the car. */
  readonly searching?: string;
  /** What is filled up with after the end of a frame. */
  readonly padding?: string;
  readonly newline?: string;
}

/** What the control units say, by request: address and message, in hexadecimal. */
export type Car = Readonly<Record<string, readonly (readonly [source: string, message: string])[]>>;

export interface Stranger {
  readonly port: string;
  readonly heard: readonly string[];
  close(): Promise<void>;
}

/** An imitation of an ELM327 on TCP, as they stand in public repositories: quick, forgiving, and not quite like the chip. */
export async function openStranger(car: Car, manner: Manner): Promise<Stranger> {
  const { at = {}, unknown = '?', headers = 'obeyed', unanswered = 'NO DATA', newline = '\r', padding } = manner;
  const heard: string[] = [];
  // It stays when a caller goes, and only the hard reset forgets it.
  let header = '7E0';
  const server = createServer({ noDelay: true }, (socket) => {
    let typed = '';
    let echo = true;
    let shown = false;
    let spaced = true;
    let searched = false;
    socket.on('error', () => {});
    if (manner.greeting !== undefined) socket.write(manner.greeting);
    const say = (text: string) => socket.write(`${text}${newline}${newline}>${manner.tail ?? ''}`);
    const gap = () => (spaced || manner.spaces ? ' ' : '');

    function frames(source: string, message: string): string[] {
      const bytes = message.match(/../g)!;
      const head = shown && headers !== 'forgotten' ? [source] : [];
      if (head.length === 0 || headers === 'whole') return [[...head, ...bytes].join(gap())];
      const fill = (part: string[]) =>
        padding === undefined ? part : [...part, ...Array(8 - part.length).fill(padding)];
      const two = (n: number) => n.toString(16).toUpperCase().padStart(2, '0');
      const line = (part: string[]) => [source, ...fill(part)].join(gap());
      if (bytes.length <= 7) return [line([two(bytes.length), ...bytes])];
      const lines = [line(['10', two(bytes.length), ...bytes.slice(0, 6)])];
      for (let i = 6, n = 1; i < bytes.length; i += 7, n++)
        lines.push(line([two(0x20 | (n & 15)), ...bytes.slice(i, i + 7)]));
      return lines;
    }

    function obey(command: string): string {
      if (/^ATE[01]$/.test(command)) echo = command.endsWith('1');
      if (/^ATS[01]$/.test(command)) spaced = command.endsWith('1');
      if (/^ATH[01]$/.test(command)) shown = command.endsWith('1');
      if (command === 'ATZ') [echo, spaced, shown, header] = [true, true, false, '7E0'];
      if (/^ATSH/.test(command)) header = command.slice(4);
      if (/^AT(E|S|H|L|M|AT|ST|SH|SP|TP)[0-9A-F]/.test(command)) return 'OK';
      return at[command.slice(2)] ?? unknown;
    }

    function ask(request: string): string {
      const even = request.length % 2 === 0 ? request : request.slice(0, -1);
      let said = manner.only !== undefined && header !== manner.only ? undefined : car[even];
      if (said === undefined && manner.batches && /^01(..){2,6}$/.test(even)) {
        const parts = even
          .slice(2)
          .match(/../g)!
          .flatMap((pid) => car[`01${pid}`]?.[0]?.[1].slice(2) ?? []);
        said = parts.length === 0 ? undefined : [['7E8', `41${parts.join('')}`]];
      }
      if (said === undefined) return unanswered;
      const first = searched ? '' : (manner.searching ?? '');
      searched = true;
      return first + said.flatMap(([source, message]) => frames(source, message)).join(newline);
    }

    socket.on('data', (bytes) => {
      for (const char of bytes.toString('latin1')) {
        if (char !== '\r') {
          if (char !== '\n') typed += char;
          continue;
        }
        const command = typed.replaceAll(' ', '').toUpperCase();
        const said = typed;
        typed = '';
        if (command === '') continue;
        heard.push(command);
        const isRequest = /^[0-9A-F]+$/.test(command);
        if (echo || (isRequest && manner.echoesRequests)) socket.write(`${said}\r`);
        say(isRequest ? ask(command) : obey(command));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port: `tcp://127.0.0.1:${port}`,
    heard,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
