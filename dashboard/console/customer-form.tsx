import { Form, Input, Select } from 'antd';
import { NewCustomer } from '../../protocols/api/console.ts';
import { Vin } from '../../protocols/event.ts';
import { LOCALES, type Locale, useCodes, useLocale } from '../ui/i18n.ts';
import { useAct } from '../ui/live.ts';
import { api } from './api.ts';
import { Dialog } from './dialog.tsx';
import { usePlace } from './place.ts';
import { useConsole } from './words.ts';

interface Fields {
  name: string;
  email?: string;
  phone?: string;
  locale: Locale;
  vins?: string;
}

export function CreateCustomer(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}) {
  const t = useConsole();
  const code = useCodes();
  const [locale] = useLocale();
  const { site } = usePlace().site;
  const [form] = Form.useForm<Fields>();
  const act = useAct(async () => {
    const f = form.getFieldsValue();
    const body = NewCustomer.parse({
      site,
      name: f.name.trim(),
      email: f.email?.trim() || null,
      phone: f.phone?.trim() || null,
      locale: f.locale,
      vins: vinsOf(f.vins),
    });
    await api.createCustomer(body);
    await props.onDone();
    props.onClose();
  });
  const checkVins = async (_: unknown, text: string | undefined) => {
    const wrong = vinsOf(text).find((v) => !Vin.safeParse(v).success);
    if (wrong) throw new Error(t('customers.vinWrong', { vin: wrong }));
  };
  return (
    <Dialog
      title={t('customers.create')}
      open={props.open}
      onClose={props.onClose}
      submit={t('customers.submit')}
      act={act}
      form={form}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ locale }}
        onFinish={() => void act.run()}
        className="form-grid"
      >
        <Form.Item
          className="form-wide"
          name="name"
          label={t('customers.name')}
          rules={[{ required: true, whitespace: true }]}
        >
          <Input maxLength={80} autoFocus />
        </Form.Item>
        <Form.Item name="email" label={t('customers.email')} rules={[{ type: 'email' }]}>
          <Input type="email" maxLength={200} />
        </Form.Item>
        <Form.Item name="phone" label={t('customers.phone')}>
          <Input type="tel" maxLength={40} />
        </Form.Item>
        <Form.Item
          className="form-wide"
          name="vins"
          label={t('customers.vins')}
          extra={t('customers.vinsHelp')}
          rules={[{ validator: checkVins }]}
        >
          <Input className="id" spellCheck={false} />
        </Form.Item>
        <Form.Item name="locale" label={t('customers.language')}>
          <Select options={LOCALES.map((l) => ({ value: l, label: code(`language.${l}`) }))} />
        </Form.Item>
      </Form>
    </Dialog>
  );
}

function vinsOf(text: string | undefined): string[] {
  return (text ?? '')
    .toUpperCase()
    .split(/[\s,;，；]+/)
    .filter((v) => v !== '');
}
