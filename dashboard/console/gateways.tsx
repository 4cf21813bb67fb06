import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Form, Input, Modal, Spin, Typography } from 'antd';
import { useState } from 'react';
import { type GatewayItem, NewGateway } from '../../protocols/api/console.ts';
import { Id } from '../../protocols/event.ts';
import { useAct, useLive, useNow } from '../ui/live.ts';
import { Mark } from '../ui/mark.tsx';
import { Nothing } from '../ui/pieces.tsx';
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
        g.revokedAt === null ? (
          <Mark shape="disc" tone="working">
            {t('gateways.active')}
          </Mark>
        ) : (
          <Mark shape="dash" tone="quiet">
            {t('gateways.revoked', { time: times.day(g.revokedAt) })}
          </Mark>
        ),
    },
    { key: 'created', title: t('gateways.created'), cell: (g) => times.day(g.createdAt) },
    {
      key: 'sync',
      title: t('gateways.sync'),
      cell: (g) => (g.lastSyncAt === null ? t('gateways.never') : times.near(g.lastSyncAt, now)),
    },
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
