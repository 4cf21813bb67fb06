import { Button, type FormInstance, Modal } from 'antd';
import type { ReactNode } from 'react';
import type { Act } from '../ui/live.ts';
import { Fault } from './fault.tsx';
import { useConsole } from './words.ts';

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly submit: string;
  readonly act: Act;
  // biome-ignore lint/suspicious/noExplicitAny: a form of any fields; only `submit` is called.
  readonly form: FormInstance<any>;
  readonly children: ReactNode;
}

/** A form in a window of its own; what went wrong stands above the button that was pressed. */
export function Dialog({ title, open, onClose, submit, act, form, children }: DialogProps) {
  const t = useConsole();
  return (
    <Modal
      title={title}
      open={open}
      onCancel={onClose}
      afterOpenChange={(shown) => !shown && act.forget()}
      destroyOnHidden
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="primary" loading={act.busy} onClick={() => form.submit()}>
            {submit}
          </Button>
        </>
      }
    >
      {children}
      <Fault fault={act.fault} />
    </Modal>
  );
}
