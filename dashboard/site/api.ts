import type { z } from 'zod';
import type {
  PairScreen,
  ScreenItem,
  SiteScan,
  SiteScanReply,
  SiteSetUp,
  SiteStatus,
} from '../../protocols/api/site.ts';
import { caller } from '../ui/request.ts';

const http = caller('/site/api');

export interface Session {
  readonly signedIn: boolean;
  readonly needsSetUp: boolean;
}
export type ScanReply = z.infer<typeof SiteScanReply>;

/** Every call of the site page, as protocols/api/site.ts names them. All throw CallFault. */
export const api = {
  session: () => http.get<Session>('/session'),
  signIn: (password: string) => http.post<unknown>('/session', { password }),
  signOut: () => http.remove('/session'),
  setUp: (body: z.input<typeof SiteSetUp>) => http.post<unknown>('/setup', body),
  status: (signal?: AbortSignal) => http.get<SiteStatus>('/status', {}, signal),
  scan: (body: z.input<typeof SiteScan>) => http.post<ScanReply>('/scan', body),
  screens: (signal?: AbortSignal) => http.get<{ readonly items: readonly ScreenItem[] }>('/screens', {}, signal),
  pair: (body: z.input<typeof PairScreen>) => http.post<unknown>('/screens', body),
  revoke: (screen: string) => http.remove(`/screens/${encodeURIComponent(screen)}`),
};
