import { App, ConfigProvider, type ThemeConfig, theme as themes } from 'antd';
import * as enUS from 'antd/es/locale/en_US.js';
import * as zhCN from 'antd/es/locale/zh_CN.js';
import type { ComponentProps, ReactNode } from 'react';
import { useLocale } from './i18n.ts';
import { useCalm, useTheme } from './look.ts';
import { DARK, LIGHT, type Palette, type Theme } from './palette.ts';

type AntLocale = ComponentProps<typeof ConfigProvider>['locale'];
/** The type of these files is CommonJS, the files that are bundled are modules: `default` is what both mean. */
const LOCALES = { en: enUS.default as unknown as AntLocale, 'zh-CN': zhCN.default as unknown as AntLocale };

/** What the pages at a desk (console, site page) stand in: Ant Design in our own colours, type and language. */
export function Desk({ children }: { readonly children: ReactNode }) {
  const [locale] = useLocale();
  const shown = useTheme();
  const palettes = useCalm() ? CALM : THEMES;
  return (
    <ConfigProvider locale={LOCALES[locale]} theme={palettes[shown]} button={{ autoInsertSpace: false }}>
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}

const THEMES: Readonly<Record<Theme, ThemeConfig>> = { light: themeOf(LIGHT, false), dark: themeOf(DARK, true) };
const CALM: typeof THEMES = { light: still(THEMES.light), dark: still(THEMES.dark) };

/** The same, but windows and lists are there at once instead of growing. */
function still(theme: ThemeConfig): ThemeConfig {
  return { ...theme, token: { ...theme.token, motion: false } };
}

function themeOf(p: Palette, isDark: boolean): ThemeConfig {
  const base = isDark ? themes.darkAlgorithm : themes.defaultAlgorithm;
  return {
    // The algorithm would bend the seed colours; their contrasts are measured, so they stay as they are.
    algorithm: (seed, map) => ({
      ...base(seed, map),
      colorPrimary: p.accent,
      colorPrimaryHover: mix(p.accent, p.text, 0.15),
      colorPrimaryActive: mix(p.accent, p.text, 0.3),
      colorPrimaryBg: mix(p.surface, p.accent, 0.12),
      colorPrimaryBgHover: mix(p.surface, p.accent, 0.2),
      colorPrimaryBorder: mix(p.surface, p.accent, 0.4),
      colorLink: p.accent,
      colorLinkHover: mix(p.accent, p.text, 0.2),
      colorLinkActive: mix(p.accent, p.text, 0.3),
      colorError: p.blocked,
      colorErrorHover: mix(p.blocked, p.text, 0.15),
      colorErrorText: p.blocked,
      colorErrorBg: mix(p.surface, p.blocked, 0.08),
      colorErrorBorder: mix(p.surface, p.blocked, 0.5),
      colorWarning: p.waiting,
      colorWarningBg: mix(p.surface, p.waiting, 0.1),
      colorWarningBorder: mix(p.surface, p.waiting, 0.5),
      colorSuccess: p.working,
      colorSuccessBg: mix(p.surface, p.working, 0.1),
      colorSuccessBorder: mix(p.surface, p.working, 0.5),
    }),
    token: {
      colorPrimary: p.accent,
      colorInfo: p.accent,
      colorError: p.blocked,
      colorWarning: p.waiting,
      colorSuccess: p.working,
      colorBgLayout: p.ground,
      colorBgContainer: p.surface,
      colorBgElevated: p.surface,
      colorText: p.text,
      colorTextHeading: p.text,
      colorTextSecondary: p.textQuiet,
      colorTextTertiary: p.textQuiet,
      colorTextDescription: p.textQuiet,
      colorTextPlaceholder: mix(p.surface, p.textQuiet, 0.8),
      colorTextLightSolid: p.onAccent,
      colorIcon: p.textQuiet,
      colorBorder: p.lineStrong,
      colorBorderSecondary: p.line,
      colorSplit: p.line,
      colorFillAlter: p.raised,
      controlItemBgActive: mix(p.surface, p.accent, 0.12),
      fontFamily: "'Inter Variable', 'Noto Sans SC Variable', system-ui, sans-serif",
      fontSize: 14,
      lineHeight: 1.5714,
      borderRadius: 6,
      borderRadiusLG: 8,
      borderRadiusSM: 4,
      controlHeight: 36,
      controlHeightSM: 28,
      controlHeightLG: 44,
      boxShadow: `0 0 0 1px ${p.line}, 0 16px 40px rgb(0 0 0 / ${isDark ? 0.5 : 0.16})`,
      boxShadowSecondary: `0 0 0 1px ${p.line}, 0 12px 32px rgb(0 0 0 / ${isDark ? 0.5 : 0.14})`,
      boxShadowTertiary: 'none',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 550 },
      Table: {
        headerBg: 'transparent',
        headerColor: p.textQuiet,
        headerSplitColor: 'transparent',
        rowHoverBg: p.raised,
        cellPaddingBlockMD: 12,
        cellPaddingInlineMD: 16,
      },
      Segmented: {
        trackBg: mix(p.ground, p.line, 0.6),
        itemColor: p.textQuiet,
        itemSelectedBg: p.surface,
        itemSelectedColor: p.text,
      },
      Switch: { colorTextQuaternary: p.lineStrong, colorTextTertiary: p.textQuiet, handleBg: p.surface },
      Form: { labelColor: p.text, itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
      Modal: { titleFontSize: 18 },
    },
  };
}

/** A colour between two, as `#rrggbb`; `share` of the second. */
function mix(a: string, b: string, share: number): string {
  const channel = (hex: string, i: number) => Number.parseInt(hex.slice(1 + i * 2, 3 + i * 2), 16);
  const parts = [0, 1, 2].map((i) => Math.round(channel(a, i) * (1 - share) + channel(b, i) * share));
  return `#${parts.map((n) => n.toString(16).padStart(2, '0')).join('')}`;
}
