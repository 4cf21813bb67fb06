import { loadGatewayConfig } from '../../config/load.ts';
import { startGateway } from '../../gateway/main.ts';
import { slimSoon } from '../slim.ts';
import { asPart } from './child.ts';

export interface GatewayOrder {
  /** Configuration file. */
  readonly config: string;
}

export interface GatewayReady {
  readonly url: string;
  readonly setUpLink: string | null;
}

asPart<GatewayOrder>(async ({ config }) => {
  const gateway = await startGateway(await loadGatewayConfig(config));
  slimSoon();
  const ready: GatewayReady = { url: gateway.url, setUpLink: gateway.setUpLink };
  return { ready, stop: gateway.stop };
});
