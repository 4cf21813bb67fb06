import { useEffect, useRef, useState } from 'react';
import { AGE_HEADER, FRAME_HEADER } from '../../../protocols/api/camera.ts';
import { isFault } from '../../ui/request.ts';
import { api } from '../api.ts';

/** One picture of a camera, in this browser's memory alone. */
export interface Picture {
  /** The gateway's name for it; a label speaks of this very one. */
  readonly frame: string;
  readonly url: string;
  /** When it was taken, by this browser's clock, ms. */
  readonly at: number;
  readonly width: number;
  readonly height: number;
}

export interface Shown {
  /** The newest; kept while later ones fail to come. */
  readonly picture: Picture | null;
  /** Why the newest did not come; null: it did. */
  readonly fault: unknown;
}

const EVERY_MS = 2_000;
const AFTER_FAULT_MS = 4_000;
/** From this age on a picture says nothing of now. */
export const OLD_MS = 15_000;
/** The same where the next one is known to have failed; a single hitch is not worth a word. */
export const OLD_AFTER_FAULT_MS = 6_000;

/** The picture of a camera, anew every 2 s while the page is seen; what went before is let go. */
export function useShown(camera: string): Shown {
  const [shown, setShown] = useState<Shown & { readonly camera: string }>({ camera, picture: null, fault: null });
  const held = useRef<string[]>([]);

  useEffect(() => {
    const life = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let busy = false;

    const once = async () => {
      busy = true;
      try {
        const picture = await load(camera, life.signal);
        if (life.signal.aborted) return URL.revokeObjectURL(picture.url);
        // The one before is still on the screen until this one is drawn.
        held.current.push(picture.url);
        while (held.current.length > 2) URL.revokeObjectURL(held.current.shift()!);
        setShown({ camera, picture, fault: null });
        timer = setTimeout(tick, EVERY_MS);
      } catch (fault) {
        if (life.signal.aborted) return;
        setShown((old) => ({ camera, picture: old.camera === camera ? old.picture : null, fault }));
        // "Slow down" and a line that is cut are answered by asking less.
        timer = setTimeout(tick, isFault(fault) && fault.code === 'busy' ? 10_000 : AFTER_FAULT_MS);
      } finally {
        busy = false;
      }
    };
    const tick = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible' && !busy) void once();
    };

    document.addEventListener('visibilitychange', tick);
    tick();
    return () => {
      life.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [camera]);

  useEffect(
    () => () => {
      for (const url of held.current.splice(0)) URL.revokeObjectURL(url);
    },
    [],
  );
  return shown.camera === camera ? shown : { picture: null, fault: null };
}

async function load(camera: string, signal: AbortSignal): Promise<Picture> {
  const { blob, headers } = await api.picture(camera, signal);
  const at = Date.now() - Number(headers.get(AGE_HEADER) ?? 0);
  const url = URL.createObjectURL(blob);
  const image = new Image();
  image.src = url;
  try {
    // Decoded before it is shown, so that the page never flashes.
    await image.decode();
  } catch (e) {
    URL.revokeObjectURL(url);
    throw e;
  }
  return { frame: headers.get(FRAME_HEADER) ?? '', url, at, width: image.naturalWidth, height: image.naturalHeight };
}
