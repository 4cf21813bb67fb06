/** What AT commands switch in an ELM327, and their factory values (data sheet, "AT Command Summary"). */
export interface Settings {
  echo: boolean;
  linefeeds: boolean;
  spaces: boolean;
  headers: boolean;
  /** Protocol number; 0 is automatic. */
  protocol: string;
  automatic: boolean;
  /** `ATSH`: whom requests go to; null: all control units. */
  header: string | null;
  /** `ATST`: how long to wait for answers, in units of 4 ms; null: as the chip was made. */
  wait: number | null;
}

export function factorySettings(): Settings {
  return {
    echo: true,
    linefeeds: true,
    spaces: true,
    headers: false,
    protocol: '0',
    automatic: true,
    header: null,
    wait: null,
  };
}

/** Commands that only change timing, filters or memory: accepted, without effect on this bench. */
const ACCEPTED =
  /^(D0|D1|M[01]|AT[012]|AL|NL|CAF[01]|CFC[01]|AR|R[01]|H[0-9A-F]{2}|CRA[0-9A-F]*|KW[01]|V[01]|FE|PC|CTM[15]|WM[0-9A-F]+)$/;

/** Applies a setting. Returns false when this chip does not know the command. */
export function applySetting(settings: Settings, command: string): boolean {
  const onOff = /^([ELSH])([01])$/.exec(command);
  if (onOff) {
    const on = onOff[2] === '1';
    if (onOff[1] === 'E') settings.echo = on;
    if (onOff[1] === 'L') settings.linefeeds = on;
    if (onOff[1] === 'S') settings.spaces = on;
    if (onOff[1] === 'H') settings.headers = on;
    return true;
  }
  const protocol = /^[ST]P(A?)([0-9A-C])$/.exec(command);
  if (protocol) {
    settings.protocol = protocol[2]!;
    settings.automatic = protocol[1] === 'A' || protocol[2] === '0';
    settings.header = null;
    return true;
  }
  const header = /^SH([0-9A-F]{3}|[0-9A-F]{6}|[0-9A-F]{8})$/.exec(command);
  if (header) {
    settings.header = header[1]!;
    return true;
  }
  const wait = /^ST([0-9A-F]{2})$/.exec(command);
  if (wait) {
    const units = Number.parseInt(wait[1]!, 16);
    settings.wait = units === 0 || units === 0x32 ? null : units;
    return true;
  }
  return ACCEPTED.test(command);
}
