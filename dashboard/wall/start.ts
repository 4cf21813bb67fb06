import type { z } from 'zod';
import type { Pairing, WallStart } from '../../protocols/api/site.ts';
import { storage } from './settings.ts';

export type PairingCode = z.infer<typeof Pairing>;
const TOKEN = 'liftgate.token';

/** This screen's token lives in the storage of the device, never in an address: addresses end up in logs. */
export function keptToken(): string | null {
  return storage()?.getItem(TOKEN) ?? null;
}
export function keepToken(token: string | null): void {
  if (token === null) storage()?.removeItem(TOKEN);
  else storage()?.setItem(TOKEN, token);
}

/** `?site=` where one server has many sites (the cloud). */
export function askStart(): Promise<WallStart> {
  const site = new URLSearchParams(location.search).get('site');
  return ask(`/wall/api/start${site === null ? '' : `?site=${encodeURIComponent(site)}`}`);
}
export function askPairing(): Promise<PairingCode> {
  return ask('/wall/api/pairing', {});
}
/** The token of a screen that needs no code; the kept one where it is still good. Null where the server gives none. */
export async function letInAtOnce(kept: string | null): Promise<string | null> {
  try {
    const { secret } = await ask<PairingCode>('/wall/api/pairing', { token: kept });
    return (await claimPairing(secret)).token;
  } catch {
    return null;
  }
}
export function claimPairing(secret: string): Promise<{ token: string | null }> {
  return ask('/wall/api/pairing/claim', { secret });
}

async function ask<T>(url: string, body?: object): Promise<T> {
  const response = await fetch(url, {
    cache: 'no-store',
    signal: AbortSignal.timeout(5_000),
    ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()) as T;
}
