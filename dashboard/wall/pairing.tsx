import { useEffect, useState } from 'react';
import { askPairing, claimPairing, type PairingCode } from './start.ts';
import { useWallWords } from './words.ts';

const ASK_MS = 2_000;
const AGAIN_MS = 10_000;
/** A code lives for ten minutes. Counted here, since the clock of a screen is not to be trusted with `expiresAt`. */
const RENEW_MS = 9.5 * 60_000;

/** Shows a code until a person of the site has entered it; then the screen gets its token, once. */
export function Pairing({ onToken }: { onToken: (token: string) => void }) {
  const t = useWallWords();
  const [round, setRound] = useState(0);
  const [pairing, setPairing] = useState<PairingCode | null>(null);
  const [reason, setReason] = useState<string | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks for a new code
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let left = false;
    const again = (ms: number) => {
      timer = setTimeout(() => setRound((n) => n + 1), ms);
    };
    const claim = async (code: PairingCode, askedAt: number) => {
      if (performance.now() - askedAt > RENEW_MS) return again(0);
      try {
        const { token } = await claimPairing(code.secret);
        if (left) return;
        if (token !== null) return onToken(token);
        timer = setTimeout(() => void claim(code, askedAt), ASK_MS);
      } catch {
        // The code is past its time, or the server was away.
        if (!left) again(ASK_MS);
      }
    };
    askPairing().then(
      (code) => {
        if (left) return;
        setPairing(code);
        setReason(null);
        void claim(code, performance.now());
      },
      (error: Error) => {
        if (left) return;
        setReason(error.message);
        again(AGAIN_MS);
      },
    );
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [round]);

  return (
    <main className="notice">
      <h1>{t('pairing')}</h1>
      {pairing && (
        <p className="code" translate="no">
          {pairing.code.slice(0, 3)} {pairing.code.slice(3)}
        </p>
      )}
      <p role="status">{reason === null ? t('pairingHint') : t('pairingRefused', { reason })}</p>
    </main>
  );
}
