import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { FlagParam, NewSiteAct, type SiteFlag, type SiteFlagData } from '../../protocols/api/flags.ts';
import { Vin } from '../../protocols/event.ts';
import { parse } from './parse.ts';

type Flag = z.infer<typeof FlagParam>;

/** The desk at which people deal with flags while nobody in the cloud can be asked. */
export interface FlagDesk {
  list(): SiteFlag[];
  /** @throws LiftgateError `not-found` */
  data(vin: string, flag: Flag): SiteFlagData;
  /** @throws LiftgateError `not-found`, `conflict`, `invalid`, `full` */
  act(vin: string, flag: Flag, asked: NewSiteAct): Promise<SiteFlag>;
}

const Named = z.object({ vin: Vin, flag: FlagParam });

/** Flags on the site page. For a scope behind the sign-in. */
export function flagRoutes(app: FastifyInstance, desk: FlagDesk): void {
  app.get('/site/api/flags', async () => ({ items: desk.list() }));

  app.get('/site/api/flags/:vin/:flag', async (request) => {
    const { vin, flag } = parse(Named, request.params);
    return desk.data(vin, flag);
  });

  app.post('/site/api/flags/:vin/:flag', async (request) => {
    const { vin, flag } = parse(Named, request.params);
    return desk.act(vin, flag, parse(NewSiteAct, request.body));
  });
}
