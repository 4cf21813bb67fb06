import type { Severity } from '../../protocols/event.ts';
import { SEVERITY_MARK, type Shape, type Tone } from './mark.tsx';

/** Shape and colour of a flag's state: the gravity speaks only once the flag does. */
export function flagMark(state: string, severity: Severity): { shape: Shape; tone: Tone } {
  switch (state) {
    case 'raised':
      return SEVERITY_MARK[severity];
    case 'watch':
      return { shape: 'half', tone: 'waiting' };
    case 'healthy':
      return { shape: 'check', tone: 'working' };
    case 'cleared':
      return { shape: 'check', tone: 'quiet' };
    default:
      return { shape: 'dash', tone: 'quiet' };
  }
}
