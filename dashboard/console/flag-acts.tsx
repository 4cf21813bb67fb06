import { Button, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import type { Appointment, FlagCase, NewCaseAct } from '../../protocols/api/flags.ts';
import { useAct } from '../ui/live.ts';
import { fromField, toField } from '../ui/zoned.ts';
import { api } from './api.ts';
import { Dialog } from './dialog.tsx';
import { Fault } from './fault.tsx';
import { useFlags } from './flag-words.ts';
import { usePlace, useTimes } from './place.ts';

/** As much of a case as its acts need. */
interface Actable {
  readonly flag: string;
  readonly state: FlagCase['state'];
  readonly proposed: FlagCase['proposed'];
  readonly order?: string | null;
  readonly closedAt?: number | null;
}

type Asking = 'book' | 'dismiss' | 'call' | 'later';
const HALF_DAY_MS = 4 * 3_600_000;
const WEEK_MS = 7 * 86_400_000;

interface Props {
  /** One flag, or all of a car that are spoken of in one call. */
  readonly flags: readonly Actable[];
  readonly name: string;
  readonly vin: string;
  readonly suggestion: Appointment | null;
  /** By telephone: a call and a "not now" are offered as well. */
  readonly calling?: boolean;
  /** Their owner agreed to be called about it. */
  readonly agreed?: boolean;
  readonly onDone: () => Promise<void>;
}

/** What can be done now: one thing stands out, a reason is asked for where one is needed. */
export function FlagActs(props: Props) {
  const { flags, calling = false, agreed = false, vin } = props;
  const t = useFlags();
  const { site } = usePlace().site;
  const [asking, setAsking] = useState<Asking | null>(null);
  const act = useAct(async (body: NewCaseAct) => {
    for (const { flag } of flags) await api.actOn(vin, flag, site, body);
    await props.onDone();
  });
  const [first] = flags;
  if (!first) return null;
  const over = first.closedAt != null;
  const booked = first.state === 'booked';
  const asked = first.proposed;
  const button = (name: NewCaseAct['act'], primary = false) => (
    <Button key={name} {...(primary ? { type: 'primary' } : {})} loading={act.busy} onClick={() => pick(name)}>
      {t(`act.${name}`)}
    </Button>
  );
  const pick = (name: NewCaseAct['act']) => {
    if (name === 'book' || name === 'dismiss' || name === 'call' || name === 'later') return setAsking(name);
    void act.run({ act: name });
  };
  return (
    <div className="flag-acts">
      {asked && !over && <p className="flag-asked">{t(`act.proposed.${asked}`, { order: first.order ?? '—' })}</p>}
      <div>
        {over && button('reopen')}
        {!over && (asked || booked) && button('verify', true)}
        {!over && !calling && (first.state === 'raised' || first.state === 'watching') && button('acknowledge', !asked)}
        {!over && !booked && button('book', agreed && !asked)}
        {!over && booked && button('missed')}
        {!over && agreed && button('call')}
        {!over && calling && button('later')}
        {!over && button('dismiss')}
      </div>
      <Fault fault={act.fault} />
      {asking && <Ask {...props} asking={asking} onClose={() => setAsking(null)} />}
    </div>
  );
}

interface Fields {
  reason?: string;
  looked?: boolean;
  at?: string;
}

function Ask({
  asking,
  flags,
  name,
  vin,
  suggestion,
  onDone,
  onClose,
}: Props & { asking: Asking; onClose: () => void }) {
  const t = useFlags();
  const times = useTimes();
  const { site } = usePlace().site;
  const [form] = Form.useForm<Fields>();
  const act = useAct(async () => {
    const body = bodyOf(form.getFieldsValue(true) as Fields);
    for (const { flag } of flags) await api.actOn(vin, flag, site, body);
    await onDone();
    onClose();
  });
  const first = { book: suggestion?.from ?? null, later: Date.now() + WEEK_MS, dismiss: null, call: null }[asking];
  return (
    <Dialog
      title={t(`act.${asking}Title`, { name })}
      open
      onClose={onClose}
      submit={t(`act.${asking}`)}
      act={act}
      form={form}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ looked: true, at: toField(first, times.zone) }}
        onFinish={() => void act.run()}
      >
        {(asking === 'book' || asking === 'later') && (
          <Form.Item
            name="at"
            label={t(asking === 'book' ? 'act.when' : 'act.until')}
            rules={[{ required: true }]}
            {...(asking === 'book' && suggestion
              ? { extra: t(`week.why.${suggestion.why}`, placesOf(suggestion)) }
              : {})}
          >
            <Input type="datetime-local" />
          </Form.Item>
        )}
        {asking === 'dismiss' && (
          <Form.Item name="looked">
            <Radio.Group
              options={[
                { value: true, label: t('act.looked') },
                { value: false, label: t('act.notLooked') },
              ]}
            />
          </Form.Item>
        )}
        {asking !== 'book' && (
          <Form.Item
            name="reason"
            label={t(asking === 'call' ? 'act.callHelp' : 'act.reason')}
            {...(asking === 'dismiss' ? { extra: t('act.dismissHelp') } : {})}
            rules={[{ required: asking !== 'call', whitespace: true }]}
          >
            <Input maxLength={400} autoFocus />
          </Form.Item>
        )}
      </Form>
    </Dialog>
  );

  function bodyOf({ reason, looked, at }: Fields): NewCaseAct {
    const why = reason?.trim() || null;
    const time = fromField(at, times.zone);
    if (asking === 'later') return { act: 'later', reason: why, until: time };
    if (asking === 'call') return { act: 'call', reason: why };
    if (asking === 'dismiss') return { act: 'dismiss', reason: why, outcome: looked ? 'found-fine' : null };
    const until = time !== null && time === suggestion?.from ? suggestion.until : (time ?? 0) + HALF_DAY_MS;
    return { act: 'book', appointment: time === null ? null : { from: time, until } };
  }
}

export const placesOf = ({ taken, places }: Appointment) => ({ taken, places });
