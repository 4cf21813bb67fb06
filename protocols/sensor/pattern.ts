/**
 * Topics of other makers: an MQTT filter with `+` and a last `#`, in which `{device}` stands for the name that the device
 * has in its own topics, and `{bay}` for its bay. Where a device serves many bays, `{bay}` is one level of the topic and
 * tells which.
 */
export interface TopicPattern {
  /** For the subscription. */
  readonly filter: string;
  /** The level that names the bay; null where none does. */
  readonly bayLevel: number | null;
}

const NAMED = /\{([^}]*)\}/g;
const NAMES: readonly string[] = ['device', 'bay'];

/** What is wrong with a pattern, as what is expected instead; null when it is right. */
export function patternFault(text: string): string | null {
  for (const [, name] of text.matchAll(NAMED)) {
    if (!NAMES.includes(name!)) return 'no named part but {device} and {bay}';
  }
  const levels = text.replace(NAMED, 'x').split('/');
  if (levels.some((l) => /[+#]/.test(l) && l.length > 1)) return '+ and # to fill a whole level (MQTT 3.1.1, 4.7.1)';
  if (levels.slice(0, -1).includes('#')) return '# as the last level only (MQTT 3.1.1, 4.7.1.2)';
  if (levels.every((l) => l === '+' || l === '#')) return 'at least one level that is no wildcard';
  return null;
}

/** The pattern for one device. */
export function fitPattern(text: string, device: string, bay: string | undefined): TopicPattern {
  const levels = text.split('/');
  const bayLevel = bay === undefined ? levels.indexOf('{bay}') : -1;
  const filter = text.replaceAll('{device}', device).replaceAll('{bay}', bay ?? '+');
  // A name may have levels of its own.
  const before = bayLevel < 0 ? 0 : levels.slice(0, bayLevel).join('/').split('{device}').length - 1;
  const more = before * (device.split('/').length - 1);
  return { filter, bayLevel: bayLevel < 0 ? null : bayLevel + more };
}

/** The bay that a topic names. */
export function bayIn(pattern: TopicPattern, topic: string): string | null {
  return pattern.bayLevel === null ? null : (topic.split('/')[pattern.bayLevel] ?? null);
}
