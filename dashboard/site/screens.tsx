import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import type { ScreenItem } from '../../protocols/api/site.ts';
import { useAct, useLive } from '../ui/live.ts';
import { Mark } from '../ui/mark.tsx';
import { isFault } from '../ui/request.ts';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { useTimes } from './place.ts';
import { useSite } from './words.ts';

/** The walls that were let in, and the way for another one. */
export function Screens() {
  const t = useSite();
  const live = useLive('screens', (signal) => api.screens(signal), 10_000);
  const screens = live.data?.items ?? [];
  return (
    <section className="card screens" aria-labelledby="screens">
      <div className="card-head">
        <h2 id="screens">{t('screens.title')}</h2>
      </div>
      <p className="quiet small">{t('screens.lead')}</p>
      <Pair onDone={live.reload} />
      {live.data && screens.length === 0 && <p className="quiet">{t('screens.empty')}</p>}
      <ul className="rows">
        {screens.map((s) => (
          <Screen key={s.screen} screen={s} onDone={live.reload} />
        ))}
      </ul>
    </section>
  );
}

function Pair({ onDone }: { readonly onDone: () => Promise<void> }) {
  const t = useSite();
  const [form] = Form.useForm<{ code: string; name: string }>();
  const [paired, setPaired] = useState<string | null>(null);
  const act = useAct(async () => {
    const { code, name } = form.getFieldsValue();
    setPaired(null);
    await api.pair({ code: code.trim().toUpperCase(), name: name.trim() });
    form.resetFields();
    setPaired(name.trim());
    await onDone();
  });
  const wrong = isFault(act.fault) && (act.fault.code === 'not-found' || act.fault.about === 'code');
  return (
    <>
      <Form form={form} className="pair" layout="vertical" requiredMark={false} onFinish={() => void act.run()}>
        <Form.Item
          name="code"
          label={t('screens.code')}
          rules={[{ required: true, pattern: /^\s*\S{6}\s*$/, message: t('screens.codeHelp') }]}
        >
          <Input
            className="pair-code"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={6}
            placeholder="······"
          />
        </Form.Item>
        <Form.Item name="name" label={t('screens.name')} rules={[{ required: true, whitespace: true, max: 60 }]}>
          <Input placeholder={t('screens.nameExample')} maxLength={60} autoComplete="off" />
        </Form.Item>
        <Button htmlType="submit" loading={act.busy}>
          {t('screens.pair')}
        </Button>
      </Form>
      {wrong ? (
        <div className="note" role="alert">
          <p>{t('screens.wrong')}</p>
        </div>
      ) : (
        <Fault fault={act.fault} />
      )}
      {paired !== null && (
        <p role="status">
          <Mark shape="check" tone="working">
            {t('screens.paired', { name: paired })}
          </Mark>
        </p>
      )}
    </>
  );
}

function Screen({ screen: s, onDone }: { readonly screen: ScreenItem; readonly onDone: () => Promise<void> }) {
  const t = useSite();
  const times = useTimes();
  const { modal } = App.useApp();
  const act = useAct(async () => {
    await api.revoke(s.screen);
    await onDone();
  });
  const ask = () =>
    modal.confirm({
      title: t('screens.revokeAsk', { name: s.name }),
      content: t('screens.revokeHelp'),
      okText: t('screens.revoke'),
      okButtonProps: { danger: true },
      cancelText: t('screens.keep'),
      onOk: () => act.run(),
    });
  return (
    <li data-screen={s.screen}>
      <span className="screen-name">
        <strong>{s.name}</strong>
        <span className="quiet small num">
          {s.lastSeenAt === null ? t('screens.neverSeen') : t('screens.seen', { time: times.clock(s.lastSeenAt) })}
          {' · '}
          {t('screens.until', { time: times.day(s.expiresAt) })}
        </span>
      </span>
      <Button size="small" danger loading={act.busy} onClick={ask}>
        {t('screens.revoke')}
      </Button>
      <Fault fault={act.fault} />
    </li>
  );
}
