import { createRoot } from 'react-dom/client';
import '../ui/fonts.ts';
import '../ui/tokens.css';
import './wall.css';
import { App } from './app.tsx';

createRoot(document.getElementById('root')!).render(<App />);
