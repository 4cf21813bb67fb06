import { MailItem } from '../../protocols/api/console.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { type Api, type Context, listOf } from './context.ts';
import { personOf } from './guard.ts';

/** What customers would have got, in the demo. The mailbox knows no sites, so only those who see all sites may read it. */
export function mailboxRoutes(app: Api, { mailbox }: Context): void {
  app.get(
    '/v1/mailbox',
    { config: { access: 'person' }, schema: { response: { 200: listOf(MailItem) }, tags: ['notices'] } },
    (request) => {
      if (mailbox === null || personOf(request).sites !== null)
        throw new LiftgateError('not-found', 'there is no local mailbox: mail goes to a real server');
      return { items: mailbox.list(), next: null };
    },
  );
}
