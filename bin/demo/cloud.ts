import { startCloud } from '../../cloud/main.ts';
import { CloudConfig } from '../../config/schema.ts';
import { startMailbox } from '../../simulators/mailbox.ts';
import { asPart } from './child.ts';

export interface CloudOrder {
  readonly port: number;
  /** Where PostgreSQL keeps its data. */
  readonly folder: string;
  readonly site: string;
  readonly gateway: string;
  readonly credential: string;
  /** Of the first manager; null: there is one already. */
  readonly manager: { readonly name: string; readonly email: string; readonly password: string } | null;
}

export interface CloudReady {
  readonly url: string;
}

asPart<CloudOrder>(async ({ port, folder, site, gateway, credential, manager }) => {
  const mailbox = await startMailbox();
  const config = CloudConfig.parse({
    http: { port },
    database: { folder },
    smtp: { host: '127.0.0.1', port: mailbox.port, from: 'Liftgate demo <service@example.com>' },
    // People try the demo at any hour; a real store keeps the default.
    notices: { quietFrom: '03:00', quietTo: '03:01' },
  });
  const cloud = await startCloud(config, { mailbox, gateways: [{ site, gateway, credential }] });
  if (manager) await cloud.createPerson({ ...manager, role: 'manager', locale: 'zh-CN' });
  const ready: CloudReady = { url: cloud.url };
  return {
    ready,
    stop: async () => {
      await cloud.stop();
      await mailbox.stop();
    },
  };
});
