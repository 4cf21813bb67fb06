import { useWords, words } from '../i18n.ts';
import { en } from './words-en.ts';
import { zhCN } from './words-zh.ts';

const ledger = words('ledger', en, zhCN);
export const useLedgerWords = () => useWords(ledger);
