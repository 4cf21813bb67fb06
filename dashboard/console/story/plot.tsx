import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useLocale } from '../../ui/i18n.ts';
import { useTheme } from '../../ui/look.ts';
import { numberText, unitText } from '../../ui/number.ts';
import { PALETTES } from '../../ui/palette.ts';
import { useFlags } from '../flag-words.ts';
import { useTimes } from '../place.ts';
import { useConsole } from '../words.ts';
import { baselineOf, type Flag } from './flag-data.ts';
import { plotOption } from './plot-option.ts';

use([
  LineChart,
  ScatterChart,
  CustomChart,
  GridComponent,
  TooltipComponent,
  MarkLineComponent,
  MarkAreaComponent,
  AriaComponent,
  SVGRenderer,
]);

/** The feature over time with its limits, its forecast and when it is due. */
export default function Plot({ flag, name }: { readonly flag: Flag; readonly name: string }) {
  const t = useConsole();
  const f = useFlags();
  const [locale] = useLocale();
  const times = useTimes();
  const palette = PALETTES[useTheme()];
  const box = useRef<HTMLDivElement>(null);
  const unit = unitText(flag.unit);
  const newest = flag.series.at(-1);
  const label = t('flag.plot', {
    name,
    count: flag.series.length,
    value: newest ? numberText(newest.value, locale) : t('common.unknown'),
    unit,
  });
  const option = plotOption(flag, {
    palette,
    unit,
    label,
    number: (v) => numberText(v, locale),
    day: times.day,
    date: times.date,
    words: {
      series: t('flag.series'),
      forecast: t('flag.forecast'),
      band: t('flag.band'),
      watch: (value) => t('flag.watchLine', { value }),
      act: (value) => t('flag.actLine', { value }),
      due: t('flag.dueWindow'),
      baseline: (value) => f('flag.baseline', { value }),
    },
  });
  // The story is asked for again every few seconds: the plot is drawn anew only when it would look different.
  const drawn = JSON.stringify([flag, locale, palette, times.zone]);
  const latest = useRef(option);
  latest.current = option;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` stands for the option.
  useEffect(() => {
    const chart = init(box.current, null, { renderer: 'svg' });
    chart.setOption(latest.current);
    const watch = new ResizeObserver(() => chart.resize());
    if (box.current) watch.observe(box.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [drawn]);

  return (
    <figure className="plot-box">
      <div ref={box} className="plot" role="img" aria-label={label} />
      <figcaption className="plot-key">
        <span data-key="series">{t('flag.series')}</span>
        {flag.forecast.length > 0 && <span data-key="forecast">{t('flag.forecast')}</span>}
        {flag.forecast.length > 0 && <span data-key="band">{t('flag.band')}</span>}
        {baselineOf(flag) !== null && <span data-key="baseline">{f('flag.baselineKey')}</span>}
        {(flag.repairs ?? []).length > 0 && <span data-key="repair">{f('flag.repairKey')}</span>}
        {flag.due && <span data-key="due">{t('flag.dueWindow')}</span>}
        <span className="plot-unit">{unit}</span>
      </figcaption>
    </figure>
  );
}
