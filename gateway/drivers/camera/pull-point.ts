import { setTimeout as pause } from 'node:timers/promises';
import { isLiftgateError, isRetryable, LiftgateError } from '../../../protocols/error.ts';
import { type Notification, notificationsOf } from '../../../protocols/onvif/message.ts';
import { fromDuration, toDuration } from '../../../protocols/onvif/time.ts';
import { at, child, textAt, type XmlNode } from '../../../protocols/onvif/tree.ts';
import { fromRfc3339, toRfc3339 } from '../../../protocols/time.ts';
import { mend } from './address.ts';
import { CreateBudget } from './budget.ts';
import { ask, call, faultError, firstThatAnswers, type Session, type SoapAnswer } from './soap.ts';
import { escapeXml } from './xml.ts';

const EVENTS = 'http://www.onvif.org/ver10/events/wsdl';
const NOTIFY = 'http://docs.oasis-open.org/wsn/b-2';
const ACTIONS = `${EVENTS}/PullPointSubscription`;
const CREATE = `${EVENTS}/EventPortType/CreatePullPointSubscriptionRequest`;
const RENEW = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewRequest';
const UNSUBSCRIBE = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest';

/** Asked for; 80 % of it leaves room for the rule "no Renew within 60 s". */
const LIFE_MS = 120_000;
/**
 * A third of the silence that the supervisor allows a camera (30 s): each pull that comes back, also an empty one, is a
 * sign of life, and one lost pull must not make the camera look dead. The Core asks devices to support 1 min and more.
 */
const LONG_POLL_MS = 10_000;
const GRACE_MS = 5_000;
const MESSAGES = 100;
const FLOOR_MS = 1_000;
const SLOW_FLOOR_MS = 2_000;

/** A quiet poll of a camera that minds its own clock and not our Timeout ends by then. */
const LONGEST_POLL_MS = 75_000;
const OVERDUE = 2;

/**
 * Some cameras hold a quiet poll for as long as they like. Two in a row that came to nothing, on a camera that could be
 * connected to each time, and it is waited for longer. Kept from one connect to the next.
 */
export class Patience {
  private overdue = 0;

  get isLong(): boolean {
    return this.overdue >= OVERDUE;
  }

  /** A poll ended, in its time or over it; where the long wait fails too, the short one is tried again. */
  saw(isOverdue: boolean): void {
    this.overdue = isOverdue && !this.isLong ? this.overdue + 1 : 0;
  }
}

export interface Subscribing {
  readonly budget?: CreateBudget;
  readonly patience?: Patience;
  /** Topics to ask for, as a ConcreteSet expression; all of them if left out, or if the camera knows no filter. */
  readonly filter?: string | undefined;
}

export interface PullPoint {
  /** One long poll. Resolves with what happened meanwhile, which may be nothing. */
  pull(): Promise<Notification[]>;
  /** Does the camera hold a pull until something happens? False after three empty answers that came at once. */
  readonly holdsPolls: boolean;
  /** At an orderly end only: some cameras cancel the subscriptions of all listeners on one Unsubscribe. */
  close(): Promise<void>;
}

/** Why there is no pull point, in the camera's own words. */
export interface Refusal {
  readonly refused: 'no-event-service' | 'pull-points-full';
  readonly reason: string;
}

interface Granted {
  /** Where to pull from, best guess first. */
  readonly urls: readonly string[];
  readonly parameters: readonly XmlNode[];
  readonly lifeMs: number;
}

/**
 * Subscribes and asks for the present state of everything (SetSynchronizationPoint).
 * @throws LiftgateError as `call`, and `unreachable` for a fault that is no refusal.
 */
export async function openPullPoint(
  session: Session,
  events: readonly string[],
  signal: AbortSignal,
  { budget = new CreateBudget(), patience = new Patience(), filter }: Subscribing = {},
): Promise<PullPoint | Refusal> {
  const created = await firstThatAnswers(events, async (url) => {
    let answer: SoapAnswer | null = null;
    for (const wish of wishes(filter, toDuration(LIFE_MS * session.pace))) {
      await budget.take(signal);
      const body = `<CreatePullPointSubscription xmlns="${EVENTS}">${wish}</CreatePullPointSubscription>`;
      answer = await call(session, { url, body, action: CREATE, signal });
      if (answer.ok || !UNGRANTED.test(said(answer))) break;
    }
    return { url, answer: answer! };
  });
  if (!created.answer.ok) return refusal(session, created.url, created.answer);
  const granted = grantedBy(session, created.url, created.answer.body);
  const body = `<SetSynchronizationPoint xmlns="${EVENTS}"/>`;
  const action = `${ACTIONS}/SetSynchronizationPointRequest`;
  // The first address that answers is the one to pull from. A fault, and silence of all, is forgiven here: Initialized
  // messages come after every subscribe anyway (Core, Properties), and pulling will tell.
  const url = await firstThatAnswers(granted.urls, async (u) => {
    await call(session, { url: u, parameters: granted.parameters, body, action, signal });
    return u;
  }).catch((e: unknown) => {
    if (isLiftgateError(e) && e.code === 'denied') throw e;
    return granted.urls[0]!;
  });
  signal.throwIfAborted();
  return pullPoint(session, { ...granted, url }, patience, signal);
}

/** Whose topics a filter may name (ONVIF Core, topic namespaces; Axis). */
const TOPIC_SPACES =
  'xmlns:tns1="http://www.onvif.org/ver10/topics" xmlns:tnsaxis="http://www.axis.com/2009/event/topics"';
const CONCRETE_SET = 'http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet';

/** What to ask for, the most first: with the filter, without it, and without a life of our choice. */
function wishes(filter: string | undefined, life: string): string[] {
  const end = `<InitialTerminationTime>${life}</InitialTerminationTime>`;
  const only =
    `<Filter><TopicExpression xmlns="${NOTIFY}" ${TOPIC_SPACES} Dialect="${CONCRETE_SET}">` +
    `${escapeXml(filter ?? '')}</TopicExpression></Filter>`;
  return [...(filter === undefined ? [] : [only + end]), end, ''];
}

const UNGRANTED = /filter|topic|dialect|termination|duration|InvalidArg/i;

function said(fault: Extract<SoapAnswer, { ok: false }>): string {
  return `${fault.codes.join(' ')} ${fault.reason}`.trim().slice(0, 200);
}

function refusal(session: Session, url: string, fault: Extract<SoapAnswer, { ok: false }>): Refusal {
  const why = said(fault);
  if (/ActionNotSupported|NoSuchService|OptionalActionNotImplemented/i.test(why))
    return { refused: 'no-event-service', reason: why };
  if (/MaxPullPoints|pull ?points|SubscribeCreationFailed|too many|maximum/i.test(why))
    return { refused: 'pull-points-full', reason: why };
  throw faultError(session, url, fault);
}

function grantedBy(session: Session, url: string, body: XmlNode): Granted {
  const reference = child(body, 'SubscriptionReference');
  const named = textAt(reference, 'Address') ?? '';
  // The anonymous address of WS-Addressing is that of the service itself.
  const address = named === '' || named.endsWith('/anonymous') ? url : named;
  const mended = mend(address, url);
  if (mended.length === 0)
    throw new LiftgateError('unreachable', `device ${session.device}: expected an http address to pull from, got none`);
  // A camera that knows its own host knows its ports; behind NAT the port that just answered tells better.
  const itself = URL.parse(address, url)?.hostname === new URL(url).hostname;
  const here = (m: string) => Number(new URL(m).host === new URL(url).host);
  const list = ['ReferenceParameters', 'ReferenceProperties'].flatMap((n) => at(reference, n)?.children ?? []);
  return {
    urls: itself ? mended : mended.toSorted((a, b) => here(b) - here(a)),
    parameters: list,
    lifeMs: lifeOf(body) ?? LIFE_MS * session.pace,
  };
}

/**
 * Granted life by the camera's own two times of one answer, never by our clock. Null when it says none, or one that
 * is over already (seen in the field).
 */
function lifeOf(body: XmlNode): number | null {
  const now = fromRfc3339(textAt(body, 'CurrentTime') ?? '');
  const end = fromRfc3339(textAt(body, 'TerminationTime') ?? '');
  return now !== null && end !== null && end > now ? end - now : null;
}

function pullPoint(
  session: Session,
  granted: Granted & { readonly url: string },
  patience: Patience,
  signal: AbortSignal,
): PullPoint {
  const { pace } = session;
  let timeoutMs = LONG_POLL_MS * pace;
  let hasty = 0;
  let inFlight = false;
  let renewedAt = performance.now();
  const to = { url: granted.url, parameters: granted.parameters };

  async function onePull(): Promise<SoapAnswer> {
    const body =
      `<PullMessages xmlns="${EVENTS}"><Timeout>${toDuration(timeoutMs)}</Timeout>` +
      `<MessageLimit>${MESSAGES}</MessageLimit></PullMessages>`;
    const action = `${ACTIONS}/PullMessagesRequest`;
    const deadlineMs = patience.isLong ? LONGEST_POLL_MS * pace : timeoutMs + GRACE_MS * pace;
    const start = performance.now();
    let answer: SoapAnswer;
    try {
      answer = await call(session, { ...to, body, action, deadlineMs, signal });
    } catch (e) {
      if (performance.now() - start >= deadlineMs) patience.saw(true);
      throw e;
    }
    if (!patience.isLong) patience.saw(false);
    const most = answer.ok ? null : fromDuration(textAt(answer.detail?.children[0], 'MaxTimeout') ?? '');
    if (most === null || most >= timeoutMs || most < 1_000 * pace) return answer;
    timeoutMs = most;
    return onePull();
  }

  async function renew(): Promise<void> {
    const until = async (time: string) => {
      const body = `<Renew xmlns="${NOTIFY}"><TerminationTime>${time}</TerminationTime></Renew>`;
      return (await call(session, { ...to, body, action: RENEW, signal }).catch(() => null))?.ok ?? false;
    };
    renewedAt = performance.now();
    // Cameras differ in which form they take; one that takes neither lets the subscription end, and pulling says so.
    const absolute = toRfc3339(session.clock() + session.offsetMs + LIFE_MS * pace);
    if (!(await until(toDuration(LIFE_MS * pace)))) await until(absolute);
  }

  async function pull(): Promise<Notification[]> {
    const start = performance.now();
    let answer: SoapAnswer;
    try {
      answer = await onePull();
    } catch (e) {
      // Some firmware hangs up at its own limit, just when a quiet poll would end: then a shorter one, once.
      const closedAtEnd = isRetryable(e) && Math.abs(performance.now() - start - timeoutMs) < 0.1 * timeoutMs;
      if (!closedAtEnd || timeoutMs < LONG_POLL_MS * pace) throw e;
      timeoutMs *= 0.8;
      return [];
    }
    if (!answer.ok) throw faultError(session, granted.url, answer);
    const notifications = notificationsOf(answer.envelope);
    const took = performance.now() - start;
    hasty = notifications.length === 0 && took < timeoutMs / 2 ? hasty + 1 : 0;
    const left = lifeOf(answer.body);
    const soon = left !== null && left < Math.max(granted.lifeMs * 0.2, 2 * timeoutMs);
    if (soon && performance.now() - renewedAt > Math.min(60_000 * pace, granted.lifeMs / 2)) await renew();
    if (hasty > 0) await pause((hasty < 3 ? FLOOR_MS : SLOW_FLOOR_MS) * pace, undefined, { signal });
    return notifications;
  }

  return {
    get holdsPolls() {
      return hasty < 3;
    },
    async pull() {
      if (inFlight)
        throw new LiftgateError('internal', `device ${session.device}: a second pull while one is under way`);
      inFlight = true;
      try {
        return await pull();
      } finally {
        inFlight = false;
      }
    },
    async close() {
      const body = `<Unsubscribe xmlns="${NOTIFY}"/>`;
      const end = AbortSignal.timeout(1_000);
      await ask(session, { ...to, body, action: UNSUBSCRIBE, deadlineMs: 1_000, signal: end }).catch(() => {});
    },
  };
}
