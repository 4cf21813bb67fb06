import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Form, Input, Modal, Spin, Typography } from 'antd';
import { useState } from 'react';
import { type GatewayItem, NewGateway } from '../../protocols/api/console.ts';
import { Id } from '../../protocols/event.ts';
import { useLocale } from '../ui/i18n.ts';
import { useAct, useLive, useNow } from '../ui/live.ts';
import { Mark } from '../ui/mark.tsx';
import { numberText } from '../ui/number.ts';
import { Nothing } from '../ui/pieces.tsx';
import { useDuration, useFineDuration } from '../ui/time.ts';
import { api } from './api.ts';
import { Dialog } from './dialog.tsx';
import { Fault, Stale } from './fault.tsx';
import { Heading } from './heading.tsx';
import { usePlace, useTimes } from './place.ts';
import type { Route } from './route.ts';
import { type Column, Rows } from './table.tsx';
import { useConsole } from './words.ts';

interface Made {
  readonly gateway: string;
  readonly credential: string;
}

/** Managers let gateways in and shut them out. */
export default function Gateways(_: { readonly route: Route }) {
  const t = useConsole();
  const times = useTimes();
  const now = useNow(15_000);
  const fine = useFineDuration();
  const [locale] = useLocale();
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const live = useLive('gateways', (signal) => api.gateways(signal), 10_000);
  const rows = live.data?.items ?? [];
  const columns: Column<GatewayItem>[] = [
    { key: 'gateway', title: t('gateways.id'), cell: (g) => <strong>{g.gateway}</strong> },
    { key: 'site', title: t('gateways.site'), cell: (g) => g.site },
    {
      key: 'state',
      title: t('gateways.state'),
      cell: (g) =>
        g.numbers?.twin ? (
          <Mark shape="octagon" tone="blocked">
            {t('gateways.twin')}
          </Mark>
        ) : g.revokedAt === null ? (
          <Mark shape="disc" tone="working">
            {t('gateways.active')}
          </Mark>
        ) : (
          <Mark shape="dash" tone="quiet">
            {t('gateways.revoked', { time: times.day(g.revokedAt) })}
          </Mark>
        ),
    },
    {
      key: 'sync',
      title: t('gateways.sync'),
      cell: (g) => (g.lastSyncAt === null ? t('gateways.never') : times.near(g.lastSyncAt, now)),
    },
    {
      key: 'waiting',
      title: t('gateways.waiting'),
      says: (g) => g.numbers !== null,
      cell: (g) => <Waiting numbers={g.numbers} />,
    },
    {
      key: 'delay',
      title: t('gateways.delay'),
      says: (g) => g.numbers?.delayMs != null,
      cell: (g) => (g.numbers?.delayMs == null ? '—' : fine(g.numbers.delayMs)),
    },
    {
      key: 'clock',
      title: t('gateways.clock'),
      says: (g) => g.numbers?.skewMs != null,
      cell: (g) => <Clock numbers={g.numbers} />,
    },
    {
      key: 'received',
      title: t('gateways.received'),
      says: (g) => g.numbers !== null,
      cell: (g) =>
        g.numbers === null
          ? '—'
          : t('gateways.receivedText', {
              n: numberText(g.numbers.received, locale),
              again: numberText(g.numbers.duplicate, locale),
            }),
    },
    {
      key: 'trouble',
      title: t('gateways.trouble'),
      says: (g) => g.numbers !== null,
      cell: (g) => <Trouble numbers={g.numbers} />,
    },
    { key: 'created', title: t('gateways.created'), cell: (g) => times.day(g.createdAt) },
    {
      key: 'revoke',
      title: t('gateways.revoke'),
      says: (g) => g.revokedAt === null,
      align: 'end',
      cell: (g) => (g.revokedAt === null ? <Revoke gateway={g} onDone={live.reload} /> : '—'),
    },
  ];
  return (
    <>
      <Heading title={t('gateways.title')} lead={t('gateways.lead')}>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
          {t('gateways.create')}
        </Button>
      </Heading>
      <Stale fault={live.fault} at={live.at} retry={() => void live.reload()} />
      {!live.data && !live.fault && <Spin className="wait" size="large" />}
      {live.data && rows.length === 0 && (
        <div className="card">
          <Nothing title={t('gateways.empty')} help={t('gateways.emptyHelp')} />
        </div>
      )}
      {rows.length > 0 && (
        <Rows
          label={t('gateways.title')}
          rows={rows}
          id={(g) => `${g.site}/${g.gateway}/${g.createdAt}`}
          columns={columns}
        />
      )}
      <Create
        open={creating}
        onClose={() => setCreating(false)}
        onMade={async (m) => {
          setMade(m);
          await live.reload();
        }}
      />
      <Once made={made} onClose={() => setMade(null)} />
    </>
  );
}

type Numbers = { readonly numbers: GatewayItem['numbers'] };

/** What its last word told; it may have said nothing of it. */
function Waiting({ numbers: n }: Numbers) {
  const t = useConsole();
  const duration = useDuration();
  const [locale] = useLocale();
  if (n === null) return '—';
  if (n.queued === null) return <span className="quiet">{t('gateways.unknown')}</span>;
  if (n.queued === 0 || n.oldestMs === null) return t('gateways.nothing');
  return t('gateways.waitingText', { n: numberText(n.queued, locale), duration: duration(n.oldestMs) });
}

function Clock({ numbers: n }: Numbers) {
  const t = useConsole();
  const duration = useDuration();
  if (n === null || n.skewMs === null) return '—';
  if (!n.skewed) return t('gateways.clockGood');
  return (
    <Mark shape="triangle" tone="waiting">
      {t(n.skewMs > 0 ? 'gateways.fast' : 'gateways.slow', { duration: duration(Math.abs(n.skewMs)) })}
    </Mark>
  );
}

function Trouble({ numbers: n }: Numbers) {
  const t = useConsole();
  const [locale] = useLocale();
  if (n === null) return '—';
  const lost = n.lost.reduce((sum, l) => sum + l.count, 0);
  if (lost + n.dead === 0) return t('gateways.nothing');
  return (
    <Mark shape="octagon" tone="blocked">
      {[
        ...(lost > 0 ? [t('gateways.dropped', { n: numberText(lost, locale) })] : []),
        ...(n.dead > 0 ? [t('gateways.refused', { n: numberText(n.dead, locale) })] : []),
      ].join(' · ')}
    </Mark>
  );
}

function Create(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onMade: (made: Made) => Promise<void>;
}) {
  const t = useConsole();
  const { site } = usePlace().site;
  const [form] = Form.useForm<{ site: string; gateway: string }>();
  const act = useAct(async () => {
    const body = NewGateway.parse(form.getFieldsValue());
    const { credential } = await api.createGateway(body);
    props.onClose();
    await props.onMade({ gateway: body.gateway, credential });
  });
  const check = async (_: unknown, text: string) => {
    if (!Id.safeParse(text).success) throw new Error(t('gateways.idHelp'));
  };
  return (
    <Dialog
      title={t('gateways.create')}
      open={props.open}
      onClose={props.onClose}
      submit={t('gateways.submit')}
      act={act}
      form={form}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ site, gateway: 'gw-1' }}
        onFinish={() => void act.run()}
      >
        <Form.Item name="site" label={t('gateways.site')} extra={t('gateways.siteHelp')} rules={[{ validator: check }]}>
          <Input spellCheck={false} autoFocus />
        </Form.Item>
        <Form.Item name="gateway" label={t('gateways.id')} extra={t('gateways.idHelp')} rules={[{ validator: check }]}>
          <Input spellCheck={false} />
        </Form.Item>
      </Form>
    </Dialog>
  );
}

/** The credential, this one time. It leaves the page with the dialog. */
function Once({ made, onClose }: { readonly made: Made | null; readonly onClose: () => void }) {
  const t = useConsole();
  return (
    <Modal
      title={made ? t('gateways.once', { gateway: made.gateway }) : ''}
      open={made !== null}
      onCancel={onClose}
      mask={{ closable: false }}
      destroyOnHidden
      footer={
        <Button type="primary" onClick={onClose}>
          {t('common.close')}
        </Button>
      }
    >
      <p>{t('gateways.onceHelp')}</p>
      <Typography.Paragraph className="credential" copyable={{ tooltips: [t('gateways.copy'), t('gateways.copied')] }}>
        {made?.credential ?? ''}
      </Typography.Paragraph>
    </Modal>
  );
}

function Revoke({ gateway: g, onDone }: { readonly gateway: GatewayItem; readonly onDone: () => Promise<void> }) {
  const t = useConsole();
  const { modal } = App.useApp();
  const act = useAct(async () => {
    await api.revokeGateway(g.site, g.gateway);
    await onDone();
  });
  const ask = () =>
    modal.confirm({
      title: t('gateways.revokeAsk', { gateway: g.gateway }),
      content: t('gateways.revokeHelp'),
      okText: t('gateways.revoke'),
      okButtonProps: { danger: true },
      cancelText: t('gateways.keep'),
      onOk: () => act.run(),
    });
  return (
    <>
      <Button size="small" danger loading={act.busy} onClick={ask}>
        {t('gateways.revoke')}
      </Button>
      <Fault fault={act.fault} />
    </>
  );
}
