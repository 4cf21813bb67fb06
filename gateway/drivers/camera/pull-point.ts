import { setTimeout as pause } from 'node:timers/promises';
import { isRetryable, LiftgateError } from '../../../protocols/error.ts';
import { type Notification, notificationsOf } from '../../../protocols/onvif/message.ts';
import { fromDuration, toDuration } from '../../../protocols/onvif/time.ts';
import { at, child, textAt, type XmlNode } from '../../../protocols/onvif/tree.ts';
import { fromRfc3339, toRfc3339 } from '../../../protocols/time.ts';
import { mend } from './address.ts';
import { CreateBudget } from './budget.ts';
import { ask, call, faultError, firstThatAnswers, type Session, type SoapAnswer } from './soap.ts';

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
  readonly url: string;
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
  budget: CreateBudget = new CreateBudget(),
): Promise<PullPoint | Refusal> {
  const life = toDuration(LIFE_MS * session.pace);
  const body =
    `<CreatePullPointSubscription xmlns="${EVENTS}">` +
    `<InitialTerminationTime>${life}</InitialTerminationTime></CreatePullPointSubscription>`;
  const created = await firstThatAnswers(events, async (url) => {
    await budget.take(signal);
    return { url, answer: await call(session, { url, body, action: CREATE, signal }) };
  });
  if (!created.answer.ok) return refusal(session, created.url, created.answer);
  const granted = grantedBy(session, created.url, created.answer.body);
  const sync = `<SetSynchronizationPoint xmlns="${EVENTS}"/>`;
  // A fault here is forgiven: Initialized messages come after every subscribe anyway (Core, Properties).
  await call(session, { ...granted, body: sync, action: `${ACTIONS}/SetSynchronizationPointRequest`, signal });
  return pullPoint(session, granted, signal);
}

function refusal(session: Session, url: string, fault: Extract<SoapAnswer, { ok: false }>): Refusal {
  const said = `${fault.codes.join(' ')} ${fault.reason}`.trim().slice(0, 200);
  if (/ActionNotSupported|NoSuchService|OptionalActionNotImplemented/i.test(said))
    return { refused: 'no-event-service', reason: said };
  if (/MaxPullPoints|pull ?points|SubscribeCreationFailed|too many|maximum/i.test(said))
    return { refused: 'pull-points-full', reason: said };
  throw faultError(session, url, fault);
}

function grantedBy(session: Session, url: string, body: XmlNode): Granted {
  const reference = child(body, 'SubscriptionReference');
  const address = textAt(reference, 'Address') ?? url;
  // The address that just answered tells host and port better than the camera does.
  const mended = mend(address, url);
  const same = mended.find((m) => new URL(m).host === new URL(url).host) ?? mended[0];
  if (same === undefined)
    throw new LiftgateError('unreachable', `device ${session.device}: expected an http address to pull from, got none`);
  return {
    url: same,
    parameters: at(reference, 'ReferenceParameters')?.children ?? [],
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

function pullPoint(session: Session, granted: Granted, signal: AbortSignal): PullPoint {
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
    const answer = await call(session, { ...to, body, action, deadlineMs: timeoutMs + GRACE_MS * pace, signal });
    const most = answer.ok ? null : fromDuration(textAt(answer.detail?.children[0], 'MaxTimeout') ?? '');
    if (most === null || most >= timeoutMs || most < 1_000 * pace) return answer;
    timeoutMs = most;
    return onePull();
  }

  async function renew(): Promise<void> {
    const until = async (time: string) => {
      const body = `<Renew xmlns="${NOTIFY}"><TerminationTime>${time}</TerminationTime></Renew>`;
      return (await call(session, { ...to, body, action: RENEW, signal })).ok;
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
