import { randomUUID } from 'node:crypto';
import { type Manner, message, notification, type Operation, speaksOfObjects } from './manners.ts';
import { type Answer, answer, escapeXml, fault, text } from './xml.ts';

/** Core: "at least" — a device may hold no more than this many pull points. */
const MAX_PULL_POINTS = 4;
const MAX_QUEUE = 500;
const DEFAULT_LIFE_MS = 60_000;
const MAX_LIFE_MS = 600_000;
const MAX_TIMEOUT_MS = 60_000;

interface Subscription {
  readonly queue: string[];
  /** On the monotonic clock. */
  endsAt: number;
  /** Ends the pull that is under way, if one is. */
  wake: (() => void) | null;
  gone: boolean;
}

export interface Rule {
  readonly rule: string;
  occupied: boolean;
  /** The object that stands inside, for cameras that speak of objects. */
  object: number;
}

export interface EventService {
  /** Answers a request at the event service (`subscription` null) or at a pull point. */
  answer(operation: string, request: unknown, subscription: string | null, gone: AbortSignal): Promise<Answer>;
  publish(rule: Rule, was: boolean): void;
  /** Sends any other property to all listeners. */
  tell(
    topic: string,
    source: readonly (readonly [string, string])[],
    data: readonly (readonly [string, string])[],
  ): void;
  /** Takes all pull points that are left, as other listeners would; `false` gives them back. */
  fill(full: boolean): void;
  /** All subscriptions vanish, as after a power cycle. */
  forget(): void;
  readonly counts: EventCounts;
}

interface EventCounts {
  creates: number;
  /** When each was asked for, on the monotonic clock. */
  readonly createdAt: number[];
  pulls: number;
  pullsAtOnce: number;
  mostPullsAtOnce: number;
}

/**
 * The event service of a camera: pull points only.
 * @param camera its rules, its way of telling times, and the address of a pull point
 */
export function createEventService(camera: {
  readonly rules: readonly Rule[];
  readonly manner: Manner;
  readonly time: (aheadMs?: number) => string;
  readonly address: (subscription: string) => string;
}): EventService {
  const subscriptions = new Map<string, Subscription>();
  const counts: EventCounts = { creates: 0, createdAt: [], pulls: 0, pullsAtOnce: 0, mostPullsAtOnce: 0 };
  let full = false;
  const objects = speaksOfObjects(camera.manner);
  const now = () => performance.now();
  const push = (s: Subscription, messages: readonly string[]) => {
    s.queue.push(...messages);
    s.queue.splice(0, s.queue.length - MAX_QUEUE);
    if (s.queue.length > 0) s.wake?.();
  };
  const times = (s: Subscription, ns: string) =>
    `<${ns}:CurrentTime>${camera.time()}</${ns}:CurrentTime>` +
    `<${ns}:TerminationTime>${camera.time(Math.round(s.endsAt - now()))}</${ns}:TerminationTime>`;
  const said = ({ rule, object }: Rule, operation: Operation, inside: boolean | null) =>
    notification({ manner: camera.manner, rule, object: String(object), inside, operation, time: camera.time() });
  const present = () =>
    camera.rules.filter((r) => r.occupied || !objects).map((r) => said(r, 'Initialized', r.occupied));

  function create(request: unknown): Answer {
    counts.creates += 1;
    counts.createdAt.push(now());
    for (const [id, s] of subscriptions) if (s.endsAt < now()) subscriptions.delete(id);
    if (full || subscriptions.size >= MAX_PULL_POINTS)
      return fault('Receiver', 'ter:MaxPullPoints', 'the maximum number of pull points is in use');
    const life = lifeOf(text(request, 'InitialTerminationTime'), camera.time());
    const id = randomUUID();
    const s: Subscription = { queue: present(), endsAt: now() + life, wake: null, gone: false };
    subscriptions.set(id, s);
    return answer(
      '<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>' +
        `<wsa5:Address>${escapeXml(camera.address(id))}</wsa5:Address></tev:SubscriptionReference>` +
        `${times(s, 'wsnt')}</tev:CreatePullPointSubscriptionResponse>`,
    );
  }

  async function pull(s: Subscription, request: unknown, gone: AbortSignal): Promise<Answer> {
    counts.pulls += 1;
    counts.pullsAtOnce += 1;
    counts.mostPullsAtOnce = Math.max(counts.mostPullsAtOnce, counts.pullsAtOnce);
    try {
      return await hold(s, request, gone);
    } finally {
      counts.pullsAtOnce -= 1;
    }
  }

  async function hold(s: Subscription, request: unknown, gone: AbortSignal): Promise<Answer> {
    const timeout = durationMs(text(request, 'Timeout') ?? '') ?? 0;
    const limit = Number(text(request, 'MessageLimit') ?? '1');
    if (timeout > MAX_TIMEOUT_MS || limit < 1)
      return fault(
        'Sender',
        'wsnt:PullMessagesFault',
        'Timeout or MessageLimit out of range',
        `<tev:PullMessagesFaultResponse><tev:MaxTimeout>PT${MAX_TIMEOUT_MS / 1000}S</tev:MaxTimeout>` +
          '<tev:MaxMessageLimit>1024</tev:MaxMessageLimit></tev:PullMessagesFaultResponse>',
      );
    if (s.wake) return fault('Receiver', 'ter:Action', 'a pull is under way on this pull point already');
    // An answer keeps the subscription for at least the Timeout (Core, PullMessages).
    s.endsAt = Math.max(s.endsAt, now() + timeout + 5_000);
    if (s.queue.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeout);
        const wake = () => {
          clearTimeout(timer);
          resolve();
        };
        s.wake = wake;
        // Who hung up waits no longer; its messages stay for the next pull.
        gone.addEventListener('abort', wake, { once: true });
      });
      s.wake = null;
    }
    if (gone.aborted) return unknown();
    if (s.gone) return unknown();
    s.endsAt = Math.max(s.endsAt, now() + timeout);
    return answer(
      `<tev:PullMessagesResponse>${times(s, 'tev')}${s.queue.splice(0, limit).join('')}</tev:PullMessagesResponse>`,
    );
  }

  return {
    counts,
    async answer(operation, request, id, gone) {
      if (operation === 'CreatePullPointSubscription') return create(request);
      if (operation === 'GetEventProperties') return properties();
      const s = id === null ? undefined : subscriptions.get(id);
      if (!s || id === null || s.endsAt < now()) return unknown();
      switch (operation) {
        case 'PullMessages':
          return pull(s, request, gone);
        case 'SetSynchronizationPoint':
          push(s, present());
          return answer('<tev:SetSynchronizationPointResponse/>');
        case 'Renew':
          s.endsAt = now() + lifeOf(text(request, 'TerminationTime'), camera.time());
          return answer(`<wsnt:RenewResponse>${times(s, 'wsnt')}</wsnt:RenewResponse>`);
        case 'Unsubscribe':
          subscriptions.delete(id);
          s.wake?.();
          return answer('<wsnt:UnsubscribeResponse/>');
        default:
          return fault('Receiver', 'ter:ActionNotSupported', `${escapeXml(operation)} is not supported`);
      }
    },
    publish(rule, was) {
      const messages = objects
        ? rule.occupied
          ? [said(rule, 'Initialized', false), said(rule, 'Changed', true)]
          : [said(rule, 'Changed', false), said(rule, 'Deleted', null)]
        : [said(rule, 'Changed', rule.occupied)];
      if (rule.occupied !== was) for (const s of subscriptions.values()) push(s, messages);
    },
    tell(topic, source, data) {
      for (const s of subscriptions.values()) push(s, [message(topic, camera.time(), 'Changed', { source, data })]);
    },
    fill(next) {
      full = next;
    },
    forget() {
      const all = [...subscriptions.values()];
      subscriptions.clear();
      for (const s of all) {
        s.gone = true;
        s.wake?.();
      }
    },
  };
}

function unknown(): Answer {
  return fault('Sender', 'wsnt:ResourceUnknownFault', 'there is no such pull point');
}

function properties(): Answer {
  const item = (name: string, type: string) => `<tt:SimpleItemDescription Name="${name}" Type="${type}"/>`;
  return answer(
    '<tev:GetEventPropertiesResponse><wsnt:FixedTopicSet>true</wsnt:FixedTopicSet>' +
      '<wstop:TopicSet xmlns:wstop="http://docs.oasis-open.org/wsn/t-1"><tns1:RuleEngine><FieldDetector>' +
      '<ObjectsInside wstop:topic="true"><tt:MessageDescription IsProperty="true"><tt:Source>' +
      item('VideoSourceConfigurationToken', 'tt:ReferenceToken') +
      item('VideoAnalyticsConfigurationToken', 'tt:ReferenceToken') +
      item('Rule', 'xs:string') +
      `</tt:Source><tt:Data>${item('IsInside', 'xs:boolean')}</tt:Data></tt:MessageDescription></ObjectsInside>` +
      '</FieldDetector></tns1:RuleEngine></wstop:TopicSet></tev:GetEventPropertiesResponse>',
  );
}

/** Both forms that the schema allows: a duration, or a time in the camera's own clock. */
function lifeOf(wanted: string | null, cameraTime: string): number {
  const ms = wanted === null ? null : (durationMs(wanted) ?? Date.parse(wanted) - Date.parse(cameraTime));
  return ms !== null && ms > 0 ? Math.min(ms, MAX_LIFE_MS) : DEFAULT_LIFE_MS;
}

function durationMs(value: string): number | null {
  const m = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(value);
  return m ? (Number(m[1] ?? 0) * 3_600 + Number(m[2] ?? 0) * 60 + Number(m[3] ?? 0)) * 1000 : null;
}
