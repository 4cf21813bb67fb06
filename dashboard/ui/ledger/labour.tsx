import { InputNumber } from 'antd';
import { useId, useState } from 'react';
import type { Labour } from './place.ts';
import { useLedgerWords } from './words.ts';

/** What the facility utilisation needs and no sensor knows: what was sold, at which rate. Taken when a field is left. */
export function LabourFields({
  value,
  onChange,
}: {
  readonly value: Labour | null;
  readonly onChange: (v: Labour | null) => void;
}) {
  const t = useLedgerWords();
  const id = useId();
  const [sales, setSales] = useState<number | null>(value?.sales ?? null);
  const [rate, setRate] = useState<number | null>(value?.rate ?? null);
  const take = () => onChange(sales !== null && rate !== null && rate > 0 ? { sales, rate } : null);
  const field = (label: string, shown: number | null, set: (v: number | null) => void) => (
    <div>
      <label htmlFor={`${id}${label}`}>{label}</label>
      <InputNumber<number>
        id={`${id}${label}`}
        min={0}
        value={shown}
        onChange={set}
        onBlur={take}
        onPressEnter={take}
      />
    </div>
  );
  return (
    <div className="labour">
      {field(t('ratio.labourSales'), sales, setSales)}
      {field(t('ratio.labourRate'), rate, setRate)}
    </div>
  );
}
