import { Button, Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { Gate, Said, useTitle } from '../ui/door.tsx';
import { useAct } from '../ui/live.ts';
import { isFault } from '../ui/request.ts';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { useSite } from './words.ts';

/** The page in front of the site page. */
export function Outside({ children }: { readonly children: ReactNode }) {
  const t = useSite();
  useTitle(t('title'));
  return <Gate language={t('account.language')}>{children}</Gate>;
}

export function SignInCard({ needsSetUp, onIn }: { readonly needsSetUp: boolean; readonly onIn: () => void }) {
  const t = useSite();
  const [form] = Form.useForm<{ password: string }>();
  const act = useAct(async () => {
    await api.signIn(form.getFieldsValue().password);
    onIn();
  });
  const wrong = isFault(act.fault) && act.fault.code === 'denied';
  return (
    <section className="card gate-card">
      <h1>{t('signIn.title')}</h1>
      <p>{t('signIn.lead')}</p>
      {needsSetUp && (
        <div className="note note-quiet">
          <p>{t('signIn.needsSetUp')}</p>
        </div>
      )}
      {wrong ? <Said text={t('signIn.wrong')} /> : <Fault fault={act.fault} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={() => void act.run()}>
        <Form.Item name="password" label={t('signIn.password')} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={act.busy}>
          {t('signIn.submit')}
        </Button>
      </Form>
    </section>
  );
}

export function SetUpCard(props: {
  readonly token: string;
  readonly onIn: () => void;
  readonly onInstead: () => void;
}) {
  const t = useSite();
  const [form] = Form.useForm<{ password: string }>();
  const act = useAct(async () => {
    await api.setUp({ token: props.token, password: form.getFieldsValue().password });
    props.onIn();
  });
  const used = isFault(act.fault) && (act.fault.code === 'denied' || act.fault.about === 'token');
  return (
    <section className="card gate-card">
      <h1>{t('setUp.title')}</h1>
      <p>{t('setUp.lead')}</p>
      {used ? <Said text={t('setUp.used')} /> : <Fault fault={act.fault} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={() => void act.run()}>
        <Form.Item
          name="password"
          label={t('setUp.password')}
          extra={t('setUp.help')}
          rules={[{ required: true, min: 10, max: 200 }]}
        >
          <Input.Password autoComplete="new-password" autoFocus />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={act.busy}>
          {t('setUp.submit')}
        </Button>
      </Form>
      <Button type="link" block onClick={props.onInstead} className="gate-instead">
        {t('setUp.instead')}
      </Button>
    </section>
  );
}
