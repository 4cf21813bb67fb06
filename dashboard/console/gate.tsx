import { Button, Form, Input } from 'antd';
import type { Person } from '../../protocols/api/console.ts';
import { Said, useTitle } from '../ui/door.tsx';
import { useAct } from '../ui/live.ts';
import { isFault } from '../ui/request.ts';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { useConsole } from './words.ts';

export function SignInCard({ onIn }: { readonly onIn: (person: Person) => Promise<void> }) {
  const t = useConsole();
  const [form] = Form.useForm<{ email: string; password: string }>();
  const act = useAct(async () => onIn(await api.signIn(form.getFieldsValue())));
  const wrong = isFault(act.fault) && act.fault.code === 'denied';
  useTitle(t('signIn.title'));
  return (
    <section className="card gate-card">
      <h1>{t('signIn.title')}</h1>
      <p>{t('signIn.lead')}</p>
      {wrong ? <Said text={t('signIn.wrong')} /> : <Fault fault={act.fault} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={() => void act.run()}>
        <Form.Item name="email" label={t('signIn.email')} rules={[{ required: true, type: 'email' }]}>
          <Input type="email" autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item name="password" label={t('signIn.password')} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
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
  readonly onIn: (person: Person) => Promise<void>;
  readonly onInstead: () => void;
}) {
  const t = useConsole();
  const [form] = Form.useForm<{ name: string; email: string; password: string }>();
  const act = useAct(async () => props.onIn(await api.setUp({ token: props.token, ...form.getFieldsValue() })));
  const used = isFault(act.fault) && (act.fault.code === 'denied' || act.fault.about === 'token');
  useTitle(t('setUp.title'));
  return (
    <section className="card gate-card">
      <h1>{t('setUp.title')}</h1>
      <p>{t('setUp.lead')}</p>
      {used ? <Said text={t('setUp.used')} /> : <Fault fault={act.fault} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={() => void act.run()}>
        <Form.Item name="name" label={t('setUp.name')} rules={[{ required: true, max: 80 }]}>
          <Input autoComplete="name" autoFocus />
        </Form.Item>
        <Form.Item name="email" label={t('setUp.email')} rules={[{ required: true, type: 'email' }]}>
          <Input type="email" autoComplete="username" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('setUp.password')}
          extra={t('setUp.passwordHelp')}
          rules={[{ required: true, min: 10 }]}
        >
          <Input.Password autoComplete="new-password" />
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
