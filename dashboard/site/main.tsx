import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/fonts.ts';
import '../ui/tokens.css';
import '../ui/desk.css';
import './site.css';
import './camera/camera.css';
import { Desk } from '../ui/desk.tsx';
import { chosenLocale, showLocale } from '../ui/i18n.ts';
import { chosenLook, showLook } from '../ui/look.ts';
import { Site } from './site.tsx';

showLocale(chosenLocale() ?? (navigator.language.startsWith('en') ? 'en' : 'zh-CN'));
showLook(chosenLook());

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Desk>
      <Site />
    </Desk>
  </StrictMode>,
);
