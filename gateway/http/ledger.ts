import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  type CorrectionItem,
  type DayLedger,
  Initials,
  type LedgerDay,
  type LedgerRange,
  NewCorrection,
  Withdrawal,
} from '../../protocols/api/ledger.ts';
import { parse } from './parse.ts';

/** The bays' ledger of the last days, and putting it right. */
export interface LedgerDesk {
  /** @throws LiftgateError `not-found` for a bay or a day that is not kept here */
  day(bay: string, day: string): DayLedger;
  /** All bays; @throws LiftgateError `not-found` for a day that is not kept here */
  all(day: string): LedgerDay;
  range(first: string, last: string): LedgerRange;
  /** @throws LiftgateError `invalid`, `not-found`, `full` */
  correct(asked: z.infer<typeof SiteCorrection>): Promise<CorrectionItem>;
  /** @throws LiftgateError `not-found`, `conflict` */
  withdraw(correction: string, why: string, who: string): Promise<CorrectionItem>;
}

const SiteCorrection = NewCorrection.extend({ who: Initials });
const SiteWithdrawal = Withdrawal.extend({ who: Initials });
const OneDay = z.object({ day: z.iso.date() });
const Days = z.object({ from: z.iso.date(), to: z.iso.date() });

export function ledgerRoutes(app: FastifyInstance, desk: LedgerDesk): void {
  app.get<{ Params: { bay: string } }>('/site/api/bays/:bay/ledger', async (request) =>
    desk.day(request.params.bay, parse(OneDay, request.query).day),
  );

  app.get('/site/api/ledger/day', async (request) => desk.all(parse(OneDay, request.query).day));

  app.get('/site/api/ledger', async (request) => {
    const { from, to } = parse(Days, request.query);
    return desk.range(from, to);
  });

  app.post('/site/api/corrections', async (request, reply) =>
    reply.code(201).send(await desk.correct(parse(SiteCorrection, request.body))),
  );

  app.post<{ Params: { correction: string } }>('/site/api/corrections/:correction/withdraw', async (request) => {
    const { why, who } = parse(SiteWithdrawal, request.body);
    return desk.withdraw(request.params.correction, why, who);
  });
}
