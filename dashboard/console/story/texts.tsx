import { Segmented } from 'antd';
import { useState } from 'react';
import { advisorText, customerText } from '../../../protocols/health/text.ts';
import { LOCALES, type Locale, useCodes, useLocale } from '../../ui/i18n.ts';
import { useFlags } from '../flag-words.ts';
import { type Flag, toldOf } from './flag-data.ts';

/** What a flag says to the advisor, and what a notice would say to the customer in either language. */
export function Texts({ flag }: { readonly flag: Flag }) {
  const t = useFlags();
  const code = useCodes();
  const [locale] = useLocale();
  const [shown, setShown] = useState<Locale>(locale);
  const told = toldOf(flag);
  if (told === null) return null;
  const customer = customerText(told, shown);
  return (
    <div className="flag-texts">
      <p>{advisorText(told, locale).body}</p>
      {told.state === 'raised' && (
        <details>
          <summary>{t('health.customer')}</summary>
          <Segmented<Locale>
            aria-label={t('health.customer')}
            size="small"
            value={shown}
            onChange={setShown}
            options={LOCALES.map((l) => ({ value: l, label: code(`language.${l}`) }))}
          />
          <p lang={shown} className="flag-customer">
            {[customer.seen, customer.advice].join(shown === 'en' ? '. ' : '。')}
          </p>
          <p className="quiet small">{t('health.customerHelp')}</p>
        </details>
      )}
    </div>
  );
}
