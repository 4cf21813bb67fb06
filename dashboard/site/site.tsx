import { Spin } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { SIGNED_OUT } from '../ui/request.ts';
import { api } from './api.ts';
import { Fault } from './fault.tsx';
import { Outside, SetUpCard, SignInCard } from './gate.tsx';
import { Inside } from './inside.tsx';

type Stage =
  | { readonly at: 'asking' }
  | { readonly at: 'cut'; readonly fault: unknown }
  | { readonly at: 'set-up'; readonly token: string }
  | { readonly at: 'sign-in'; readonly needsSetUp: boolean }
  | { readonly at: 'in' };

/** The gateway's own page: first who is here, then the state of the site. */
export function Site() {
  const [stage, setStage] = useState<Stage>({ at: 'asking' });

  const ask = useCallback(async () => {
    try {
      const { signedIn, needsSetUp } = await api.session();
      setStage(signedIn ? { at: 'in' } : { at: 'sign-in', needsSetUp });
    } catch (fault) {
      setStage({ at: 'cut', fault });
    }
  }, []);

  useEffect(() => {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token === null) void ask();
    else setStage({ at: 'set-up', token });
  }, [ask]);
  useEffect(() => {
    const leave = () => setStage((s) => (s.at === 'in' ? { at: 'sign-in', needsSetUp: false } : s));
    addEventListener(SIGNED_OUT, leave);
    return () => removeEventListener(SIGNED_OUT, leave);
  }, []);

  /** The token is used up: it leaves the address and the history. */
  const forgetToken = () => history.replaceState(null, '', location.pathname);

  switch (stage.at) {
    case 'asking':
      return (
        <Outside>
          <Spin size="large" />
        </Outside>
      );
    case 'cut':
      return (
        <Outside>
          <div className="gate-wait">
            <Fault fault={stage.fault} retry={() => void ask()} />
          </div>
        </Outside>
      );
    case 'set-up':
      return (
        <Outside>
          <SetUpCard
            token={stage.token}
            onIn={() => {
              forgetToken();
              setStage({ at: 'in' });
            }}
            onInstead={() => {
              forgetToken();
              void ask();
            }}
          />
        </Outside>
      );
    case 'sign-in':
      return (
        <Outside>
          <SignInCard needsSetUp={stage.needsSetUp} onIn={() => setStage({ at: 'in' })} />
        </Outside>
      );
    case 'in':
      return <Inside onOut={() => setStage({ at: 'sign-in', needsSetUp: false })} />;
  }
}
