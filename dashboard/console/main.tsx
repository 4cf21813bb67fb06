import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/fonts.ts';
import '../ui/tokens.css';
import '../ui/desk.css';
import './console.css';
import './flag.css';
import { Desk } from '../ui/desk.tsx';
import { chosenLocale, showLocale } from '../ui/i18n.ts';
import { chosenLook, showLook } from '../ui/look.ts';
import { Console } from './console.tsx';

showLocale(chosenLocale() ?? (navigator.language.startsWith('en') ? 'en' : 'zh-CN'));
showLook(chosenLook());

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Desk>
      <Console />
    </Desk>
  </StrictMode>,
);
