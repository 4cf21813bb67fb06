import { loadGatewayConfig } from '../../config/load.ts';
import { startGateway } from '../../gateway/main.ts';
import { slim } from '../slim.ts';
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
  slim();
  const gateway = await startGateway(await loadGatewayConfig(config));
  const ready: GatewayReady = { url: gateway.url, setUpLink: gateway.setUpLink };
  return { ready, stop: gateway.stop };
});
