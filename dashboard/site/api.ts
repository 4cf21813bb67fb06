import type { z } from 'zod';
import type {
  Confidence,
  DrawOutline,
  LabelFrame,
  SiteBay,
  SiteCameras,
  UseModel,
} from '../../protocols/api/camera.ts';
import type { NewSiteAct, SiteFlag, SiteFlagData } from '../../protocols/api/flags.ts';
import type { CorrectionItem, LedgerDay, LedgerRange, NewCorrection } from '../../protocols/api/ledger.ts';
import type {
  PairScreen,
  ScreenItem,
  SiteDeadLetter,
  SiteDeadReplay,
  SiteScan,
  SiteScanReply,
  SiteSetUp,
  SiteStatus,
} from '../../protocols/api/site.ts';
import { caller } from '../ui/request.ts';

const http = caller('/site/api');
const cameraPath = (camera: string) => `/cameras/${encodeURIComponent(camera)}`;
const bayPath = (camera: string, bay: string) => `${cameraPath(camera)}/bays/${encodeURIComponent(bay)}`;

export interface Session {
  readonly signedIn: boolean;
  readonly needsSetUp: boolean;
}
/** Initials of who does it: this page has one password for all. */
interface Signed {
  readonly who: string;
}
export type ScanReply = z.infer<typeof SiteScanReply>;

/** Every call of the site page, as protocols/api/site.ts and camera.ts name them. All throw CallFault. */
export const api = {
  session: () => http.get<Session>('/session'),
  signIn: (password: string) => http.post<unknown>('/session', { password }),
  signOut: () => http.remove('/session'),
  setUp: (body: z.input<typeof SiteSetUp>) => http.post<unknown>('/setup', body),
  status: (signal?: AbortSignal) => http.get<SiteStatus>('/status', {}, signal),
  dead: (signal?: AbortSignal) => http.get<{ readonly items: readonly SiteDeadLetter[] }>('/dead-letters', {}, signal),
  replayDead: (body: z.input<typeof SiteDeadReplay>) =>
    http.post<{ readonly queued: number }>('/dead-letters/replay', body),
  scan: (body: z.input<typeof SiteScan>) => http.post<ScanReply>('/scan', body),
  screens: (signal?: AbortSignal) => http.get<{ readonly items: readonly ScreenItem[] }>('/screens', {}, signal),
  pair: (body: z.input<typeof PairScreen>) => http.post<unknown>('/screens', body),
  revoke: (screen: string) => http.remove(`/screens/${encodeURIComponent(screen)}`),
  ledgerDay: (day: string, signal?: AbortSignal) => http.get<LedgerDay>('/ledger/day', { day }, signal),
  ledger: (from: string, to: string, signal?: AbortSignal) => http.get<LedgerRange>('/ledger', { from, to }, signal),
  correct: (body: z.input<typeof NewCorrection> & Signed) => http.post<CorrectionItem>('/corrections', body),
  withdraw: (correction: string, body: { readonly why: string } & Signed) =>
    http.post<CorrectionItem>(`/corrections/${encodeURIComponent(correction)}/withdraw`, body),
  flags: (signal?: AbortSignal) => http.get<{ readonly items: readonly SiteFlag[] }>('/flags', {}, signal),
  flagData: (vin: string, flag: string, signal?: AbortSignal) =>
    http.get<SiteFlagData>(`/flags/${vin}/${flag}`, {}, signal),
  actOn: (vin: string, flag: string, body: z.input<typeof NewSiteAct>) =>
    http.post<SiteFlag>(`/flags/${vin}/${flag}`, body),
  cameras: (signal?: AbortSignal) => http.get<SiteCameras>('/cameras', {}, signal),
  picture: (camera: string, signal?: AbortSignal) => http.file(`${cameraPath(camera)}/picture`, signal),
  confidence: (camera: string, bay: string, frame: string, signal?: AbortSignal) =>
    http.get<Confidence>(`${bayPath(camera, bay)}/confidence`, { frame }, signal),
  draw: (camera: string, bay: string, body: z.input<typeof DrawOutline>) =>
    http.put<SiteBay>(`${bayPath(camera, bay)}/outline`, body),
  label: (camera: string, bay: string, body: z.input<typeof LabelFrame>) =>
    http.post<SiteBay>(`${bayPath(camera, bay)}/labels`, body),
  unlabel: (camera: string, bay: string, label: number) =>
    http.remove<SiteBay>(`${bayPath(camera, bay)}/labels/${label}`),
  use: (camera: string, bay: string, body: z.input<typeof UseModel>) =>
    http.post<SiteBay>(`${bayPath(camera, bay)}/model`, body),
};
