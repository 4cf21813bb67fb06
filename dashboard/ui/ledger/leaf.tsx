import { LEAVES, type Leaf } from '../../../protocols/event.ts';
import { useCodes } from '../i18n.ts';
import { useLedgerWords } from './words.ts';

/** Leaves in the order of the loss tree, from what is wanted to what is lost. */
export const ORDER: readonly Leaf[] = [
  'working',
  'rework',
  ...LEAVES.filter((l) => l === 'waiting' || l.startsWith('waiting-')),
  'idle',
  'empty-queue',
  'empty',
  'unknown',
  'blocked',
];

/** A patch of a leaf's colour and pattern with its letter: three cues that stand for its word. */
export function Swatch({ leaf }: { readonly leaf: Leaf }) {
  const t = useLedgerWords();
  return (
    <span className="swatch leaf" data-leaf={leaf} aria-hidden="true">
      <i>{t(`letter.${leaf}`)}</i>
    </span>
  );
}

/** What the colours, patterns and letters of a timeline mean: those that are shown. */
export function Legend({ shown }: { readonly shown: ReadonlySet<Leaf> }) {
  const t = useLedgerWords();
  const code = useCodes();
  return (
    <ul className="bays-legend" aria-label={t('legend')}>
      {ORDER.filter((l) => shown.has(l)).map((leaf) => (
        <li key={leaf}>
          <Swatch leaf={leaf} />
          {code(`leaf.${leaf}`)}
        </li>
      ))}
      <li>
        <span className="swatch swatch-closed" aria-hidden="true" />
        {t('closed')}
      </li>
      <li>
        <span className="swatch swatch-missing" aria-hidden="true" />
        {t('missing')}
      </li>
      <li>
        <span className="swatch swatch-hand" aria-hidden="true" />
        {t('byHand')}
      </li>
    </ul>
  );
}
