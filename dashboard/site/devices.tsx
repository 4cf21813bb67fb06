import type { SiteStatus } from '../../protocols/api/site.ts';
import { useCodes, useLocale } from '../ui/i18n.ts';
import { DEVICE_MARK, Mark } from '../ui/mark.tsx';
import { numberText, unitText } from '../ui/number.ts';
import { Nothing } from '../ui/pieces.tsx';
import { useDuration } from '../ui/time.ts';
import { useBayName, usePlace, useTimes } from './place.ts';
import { useSite } from './words.ts';

type Device = SiteStatus['devices'][number];

/** The devices, those that need somebody first. */
export function Devices() {
  const t = useSite();
  const { status } = usePlace();
  const { devices } = status;
  const shown = devices.toSorted((a, b) => Number(a.state === 'online') - Number(b.state === 'online'));
  return (
    <section className="devices" aria-labelledby="devices">
      <div className="card-head">
        <h2 id="devices">{t('devices.title')}</h2>
        <span className="quiet num">
          {t('devices.count', { online: devices.filter((d) => d.state === 'online').length, all: devices.length })}
        </span>
      </div>
      {devices.length === 0 && (
        <div className="card">
          <Nothing title={t('devices.empty')} help={t('devices.emptyHelp')} />
        </div>
      )}
      <div className="device-grid">
        {shown.map((d) => (
          <DeviceCard key={d.device} device={d} />
        ))}
      </div>
    </section>
  );
}

function DeviceCard({ device: d }: { readonly device: Device }) {
  const t = useSite();
  const code = useCodes();
  const times = useTimes();
  const duration = useDuration();
  const [locale] = useLocale();
  const { passedMs } = usePlace();
  const nameOf = useBayName();
  return (
    <article className="card device" data-device={d.device} data-state={d.state}>
      <div className="card-head">
        <h3>{d.name}</h3>
        <Mark {...DEVICE_MARK[d.state]}>{code(`device.${d.state}`)}</Mark>
      </div>
      <ul className="facts">
        <li>{code(`kind.${d.kind}`)}</li>
        <li>{d.bay === null ? t('devices.site') : t('devices.bay', { bay: nameOf(d.bay) })}</li>
        {d.name !== d.device && <li>{d.device}</li>}
      </ul>
      <ul className="facts device-heard">
        <li>
          {d.ageMs === null ? t('devices.neverHeard') : t('devices.heard', { duration: duration(d.ageMs + passedMs) })}
        </li>
        <li>{t('devices.since', { time: times.clock(d.since) })}</li>
      </ul>
      <Trouble device={d} />
      <LastWords device={d} />
      <ul className="facts device-counts">
        <li>{t('devices.readings', { count: d.readings, n: numberText(d.readings, locale) })}</li>
        <li>{t('devices.life', { count: d.life, n: numberText(d.life, locale) })}</li>
      </ul>
    </article>
  );
}

/** What is wrong, and what a person can do about it. */
function Trouble({ device: d }: { readonly device: Device }) {
  const t = useSite();
  const code = useCodes();
  const duration = useDuration();
  if (d.reason === null || d.reason === 'ok') return null;
  const limit = d.silenceMs === null ? '—' : duration(d.silenceMs);
  const todo = t.code('devices.todo', d.reason, { limit });
  return (
    <div className={d.state === 'online' ? 'note note-quiet' : 'note'}>
      <p>
        <strong>{code.code('reason', d.reason)}</strong>
        <br />
        {todo === d.reason ? t('devices.todo.other') : todo}
        {d.detail !== null && <span className="quiet device-said">{t('devices.said', { message: d.detail })}</span>}
      </p>
    </div>
  );
}

function LastWords({ device: d }: { readonly device: Device }) {
  const t = useSite();
  const code = useCodes();
  const times = useTimes();
  if (d.last.length === 0) return d.readings === 0 ? <p className="quiet small">{t('devices.noLast')}</p> : null;
  return (
    <table className="readings" aria-label={t('devices.last')}>
      <tbody>
        {d.last.map((r) => (
          <tr key={`${r.at} ${r.signal}`}>
            <th scope="row">{code.code('signal', r.signal)}</th>
            <td>
              <Value value={r.signal === 'device.health' ? code.code('reason', String(r.value)) : r.value} />{' '}
              <span className="quiet">{unitText(r.unit)}</span>
            </td>
            <td className="quiet">{times.seconds(r.at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A value of any kind; what the device did not know is said, never shown as nought. */
function Value({ value }: { readonly value: unknown }) {
  const t = useSite();
  const [locale] = useLocale();
  if (value === null || value === undefined) return <span className="quiet">{t('scan.notKnown')}</span>;
  if (typeof value === 'number') return <strong>{numberText(value, locale)}</strong>;
  if (typeof value === 'boolean') return <strong>{t(value ? 'devices.yes' : 'devices.no')}</strong>;
  if (Array.isArray(value)) return <strong>{value.length === 0 ? t('codes.none') : value.join(', ')}</strong>;
  return <strong className="id">{String(value)}</strong>;
}
