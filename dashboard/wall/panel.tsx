import { useEffect, useRef, useState } from 'react';
import { LOCALES, useCodes, useLocale } from '../ui/i18n.ts';
import { Shape } from '../ui/shape.tsx';
import type { Fit } from './fit.ts';
import { LIMITS, type Settings, viewingOf } from './settings.ts';
import type { Turning } from './wall.tsx';
import { useWallWords } from './words.ts';

interface PanelProps {
  settings: Settings;
  onSettings: (settings: Settings) => void;
  fit: Fit;
  turning: Turning;
}

/** The few things that are set on the screen itself, and the page turner. */
export function Panel({ settings, onSettings, fit, turning }: PanelProps) {
  const t = useWallWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const awake = useAwake();
  return (
    <div className="panel" data-awake={awake}>
      {turning.pages > 1 && (
        <button type="button" onClick={() => turning.pause(!turning.paused)} aria-pressed={turning.paused}>
          <Shape name={turning.paused ? 'play' : 'pause'} />
          <span className="said">{t(turning.paused ? 'resumeRotation' : 'pauseRotation')}</span>
          <span>
            {turning.page + 1}/{turning.pages}
          </span>
        </button>
      )}
      <button type="button" onClick={() => dialog.current?.showModal()}>
        <Shape name="settings" />
        <span className="said">{t('settings')}</span>
      </button>
      <dialog ref={dialog} aria-labelledby="settings-title">
        <form method="dialog">
          <h2 id="settings-title">{t('settings')}</h2>
          <Fields settings={settings} onSettings={onSettings} />
          <p className="quiet" role="status">
            {viewingOf(settings)
              ? t('fits', { key: fit.key, small: fit.small, bays: fit.columns * fit.rows })
              : t('fitsNotSet')}
          </p>
          <button type="submit">{t('close')}</button>
        </form>
      </dialog>
    </div>
  );
}

function Fields({ settings, onSettings }: Pick<PanelProps, 'settings' | 'onSettings'>) {
  const t = useWallWords();
  const code = useCodes();
  const [locale, setLocale] = useLocale();
  const number = (name: 'panel' | 'distance' | 'rotation', step: number) => (
    <label>
      <span>{t(name)}</span>
      <input
        type="number"
        min={LIMITS[name][0]}
        max={LIMITS[name][1]}
        step={step}
        defaultValue={settings[name] ?? ''}
        onChange={({ target }) => {
          if (!target.validity.valid) return;
          if (target.value !== '') onSettings({ ...settings, [name]: target.valueAsNumber });
          else if (name !== 'rotation') onSettings({ ...settings, [name]: null });
        }}
      />
    </label>
  );
  return (
    <>
      {number('panel', 1)}
      {number('distance', 0.1)}
      {number('rotation', 1)}
      <label>
        <span>{t('language')}</span>
        <select value={locale} onChange={({ target }) => setLocale(target.value as typeof locale)}>
          {LOCALES.map((each) => (
            <option key={each} value={each}>
              {code(`language.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t('theme')}</span>
        <select
          value={settings.theme}
          onChange={({ target }) => onSettings({ ...settings, theme: target.value as Settings['theme'] })}
        >
          {(['dark', 'light', 'auto'] as const).map((each) => (
            <option key={each} value={each}>
              {t(`themes.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t('speak')}</span>
        <input
          type="checkbox"
          checked={settings.speak}
          onChange={({ target }) => onSettings({ ...settings, speak: target.checked })}
        />
      </label>
    </>
  );
}

const AWAKE_MS = 5_000;

/** Does somebody stand at the screen? True for a while after the pointer moved or a key was pressed. */
function useAwake(): boolean {
  const [awake, setAwake] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const wake = () => {
      setAwake(true);
      clearTimeout(timer);
      timer = setTimeout(() => setAwake(false), AWAKE_MS);
    };
    const signs = ['pointermove', 'pointerdown', 'keydown'] as const;
    for (const sign of signs) window.addEventListener(sign, wake);
    return () => {
      clearTimeout(timer);
      for (const sign of signs) window.removeEventListener(sign, wake);
    };
  }, []);
  return awake;
}
