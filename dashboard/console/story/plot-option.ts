import { type EChartsCoreOption, format } from 'echarts/core';
import type { Palette } from '../../ui/palette.ts';
import { baselineOf, type Flag } from './flag-data.ts';

const FONT = "'Inter Variable', 'Noto Sans SC Variable', sans-serif";

export interface PlotLook {
  readonly palette: Palette;
  readonly unit: string;
  readonly label: string;
  readonly number: (v: number) => string;
  readonly day: (at: number) => string;
  readonly date: (at: number) => string;
  readonly words: {
    readonly series: string;
    readonly forecast: string;
    readonly band: string;
    readonly watch: (value: string) => string;
    readonly act: (value: string) => string;
    readonly due: string;
    readonly baseline: (value: string) => string;
  };
}

/** What ECharts draws for a flag. Time runs to the right, the feature upwards; nothing starts at a made-up zero. */
export function plotOption(flag: Flag, look: PlotLook): EChartsCoreOption {
  const { palette: p, words } = look;
  const { min, max } = rangeOf(flag);
  const baseline = baselineOf(flag);
  const text = { color: p.textQuiet, fontFamily: FONT, fontSize: 12 };
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: 16, top: 12, bottom: 4, containLabel: true },
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: p.lineStrong } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true, formatter: (at: number) => look.date(at) },
      splitNumber: 4,
    },
    yAxis: {
      type: 'value',
      min,
      max,
      axisLabel: { ...text, formatter: look.number, showMinLabel: false, showMaxLabel: false },
      splitLine: { lineStyle: { color: p.line } },
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: p.surface,
      borderColor: p.line,
      textStyle: { color: p.text, fontSize: 13 },
      axisPointer: { lineStyle: { color: p.lineStrong } },
      formatter: (points: { seriesId: string; seriesName: string; value: number[] }[]) => tooltip(points, look),
    },
    series: [
      { ...band(flag, look), z: 1 },
      {
        id: 'forecast',
        name: words.forecast,
        type: 'line',
        data: flag.forecast.map((f) => [f.at, f.value]),
        symbol: 'none',
        lineStyle: { color: p.accent, width: 2, type: [6, 4] },
        itemStyle: { color: p.accent },
        z: 3,
      },
      {
        id: 'series',
        name: words.series,
        type: 'line',
        data: flag.series.map((s) => [s.at, s.value]),
        symbol: 'circle',
        symbolSize: 6,
        showSymbol: true,
        lineStyle: { color: p.accent, width: 1, opacity: 0.5 },
        itemStyle: { color: p.accent, opacity: 1 },
        z: 4,
        markLine: {
          silent: true,
          symbol: 'none',
          data: [
            ...(flag.watch === null
              ? []
              : [limit(flag.watch, p.waiting, words.watch(look.number(flag.watch)), 'dashed')]),
            ...(flag.act === null ? [] : [limit(flag.act, p.blocked, words.act(look.number(flag.act)), 'solid')]),
            ...(baseline === null
              ? []
              : [limit(baseline, p.textQuiet, words.baseline(look.number(baseline)), 'dotted')]),
            ...(flag.repairs ?? []).map((r) => repaired(r.at, p.working)),
          ],
        },
        ...(flag.due
          ? {
              markArea: {
                silent: true,
                itemStyle: { color: p.blocked, opacity: 0.14 },
                data: [[{ xAxis: flag.due.early }, { xAxis: flag.due.late ?? flag.forecast.at(-1)?.at ?? 'max' }]],
              },
            }
          : {}),
      },
    ],
  };
}

function limit(value: number, color: string, name: string, type: 'solid' | 'dashed' | 'dotted') {
  // What is normal is written at the right, where the forecast has left it.
  const position = type === 'dotted' ? 'insideEndTop' : 'insideStartTop';
  return {
    yAxis: value,
    lineStyle: { color, width: 1.5, type },
    label: { formatter: name, position, color, fontSize: 12, fontWeight: 600 },
  };
}

/** Where a new series begins. */
function repaired(at: number, color: string) {
  return { xAxis: at, lineStyle: { color, width: 2, type: 'solid' }, label: { show: false } };
}

/** The 90 % interval as one closed shape between its two edges. */
function band(flag: Flag, look: PlotLook) {
  const { forecast } = flag;
  return {
    id: 'band',
    name: look.words.band,
    type: 'custom',
    silent: true,
    data: forecast.length > 1 ? [[forecast[0]!.at, forecast[0]!.low, forecast[0]!.high]] : [],
    tooltip: { show: false },
    clip: true,
    renderItem: (_: unknown, api: { coord: (point: [number, number]) => number[] }) => ({
      type: 'polygon',
      shape: {
        points: [
          ...forecast.map((f) => api.coord([f.at, f.high])),
          ...forecast.toReversed().map((f) => api.coord([f.at, f.low])),
        ],
      },
      style: { fill: look.palette.accent, opacity: 0.18 },
    }),
  };
}

/** All that is drawn, with a tenth of room above and below. */
function rangeOf(flag: Flag): { min: number; max: number } {
  const values = [
    ...flag.series.map((s) => s.value),
    ...flag.forecast.flatMap((f) => [f.low, f.high]),
    ...(flag.watch === null ? [] : [flag.watch]),
    ...(flag.act === null ? [] : [flag.act]),
    ...[baselineOf(flag)].filter((v) => v !== null),
  ];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low || Math.abs(high) || 1) * 0.1;
  return { min: low - room, max: high + room };
}

function tooltip(points: { seriesId: string; seriesName: string; value: number[] }[], look: PlotLook): string {
  const shown = points.filter((pt) => pt.seriesId !== 'band');
  const at = shown[0]?.value[0];
  if (at === undefined) return '';
  const lines = shown.map(
    (pt) => `${pt.seriesName}: <b>${look.number(pt.value[1]!)}</b> ${format.encodeHTML(look.unit)}`,
  );
  return [look.day(at), ...lines].join('<br>');
}
