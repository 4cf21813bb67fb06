import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a small server of ONVIF differs from the one of our simulator. All of it is seen in the field. */
export interface Odd {
  /** Prefixes of the envelope, of the services and of notifications; '' for default namespaces. */
  readonly prefixes?: { readonly soap: string; readonly body: string; readonly note: string };
  /** SOAP 1.1 envelopes and faults. */
  readonly soap11?: boolean;
  readonly type?: string;
  /** Sends its answers in many small chunks. */
  readonly chunked?: boolean;
  /** Gives addresses without a host. */
  readonly relative?: boolean;
  /** Names another host in its addresses, as behind NAT. */
  readonly host?: string;
  /** Pull points live on another port. */
  readonly otherPort?: boolean;
  /** All pull points have one address; a reference parameter in the header tells them apart. */
  readonly parameter?: boolean;
  /** `SubscriptionReference` is anonymous: pull at the event service. */
  readonly anonymous?: boolean;
  readonly noTimes?: boolean;
  /** Operations that are answered with a page of HTML. */
  readonly html?: readonly string[];
  /** How it says that a login is needed. */
  readonly login?: 'none' | '403' | 'fault in words' | 'digest without qop';
  /** Also GetSystemDateAndTime needs one. */
  readonly clockNeedsLogin?: boolean;
  /** Refuses a relative end of a subscription. */
  readonly noDuration?: boolean;
  /** Refuses a filter; else what it was asked for is kept in `filters`. */
  readonly noFilter?: boolean;
  /** How long a quiet poll is held, in ms, whatever was asked. */
  readonly holds?: number;
}

export const USER = 'op';
export const PASSWORD = 'pa ss&word';

/** A camera with one rule, `Bay 1`, that is occupied. */
export async function openOdd(odd: Odd) {
  const { soap, body: own, note } = odd.prefixes ?? { soap: 'SOAP-ENV', body: 'tev', note: 'wsnt' };
  const seen: string[] = [];
  const filters: string[] = [];
  let told = false;
  const q = (prefix: string, name: string) => (prefix === '' ? name : `${prefix}:${name}`);
  const xmlns = (prefix: string, uri: string) => `${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${uri}"`;
  const element = (prefix: string, uri: string, name: string, inner: string) =>
    `<${q(prefix, name)} ${xmlns(prefix, uri)}>\n${inner}\n</${q(prefix, name)}>`;
  const SOAP = odd.soap11 ? 'http://schemas.xmlsoap.org/soap/envelope/' : 'http://www.w3.org/2003/05/soap-envelope';
  const EVENTS = 'http://www.onvif.org/ver10/events/wsdl';
  const DEVICE = 'http://www.onvif.org/ver10/device/wsdl';
  const MEDIA = 'http://www.onvif.org/ver10/media/wsdl';
  const WSNT = 'http://docs.oasis-open.org/wsn/b-2';

  let ports: [number, number] = [0, 0];
  const at = (path: string, port: number) => (odd.relative ? path : `http://${odd.host ?? '127.0.0.1'}:${port}${path}`);
  const times = (now: string, end: string) => (odd.noTimes ? '' : `${now}${end}`);

  function fault(code: string, words: string): string {
    return odd.soap11
      ? `<${q(soap, 'Fault')}><faultcode>${q(soap, 'Client')}</faultcode><faultstring>${words}</faultstring></${q(soap, 'Fault')}>`
      : `<${q(soap, 'Fault')}><${q(soap, 'Code')}><${q(soap, 'Value')}>${q(soap, 'Sender')}</${q(soap, 'Value')}>` +
          `<${q(soap, 'Subcode')}><${q(soap, 'Value')}>${code}</${q(soap, 'Value')}></${q(soap, 'Subcode')}></${q(soap, 'Code')}>` +
          `<${q(soap, 'Reason')}><${q(soap, 'Text')} xml:lang="en">${words}</${q(soap, 'Text')}></${q(soap, 'Reason')}></${q(soap, 'Fault')}>`;
  }

  function mayPass(request: string, req: IncomingMessage): boolean {
    if (odd.login === 'digest without qop') {
      const md5 = (t: string) => createHash('md5').update(t).digest('hex');
      const uri = req.url ?? '';
      const answer = md5(`${md5(`${USER}:cam:${PASSWORD}`)}:n1:${md5(`POST:${uri}`)}`);
      return req.headers.authorization?.includes(`response="${answer}"`) ?? false;
    }
    const part = (name: string) => new RegExp(`<${name}[^>]*>([^<]*)<`).exec(request)?.[1] ?? '';
    const sum = createHash('sha1')
      .update(Buffer.from(part('Nonce'), 'base64'))
      .update(part('Created'))
      .update(PASSWORD);
    return part('Password') !== '' && part('Password') === sum.digest('base64');
  }

  function answer(operation: string, request: string): string {
    const [port, other] = ports;
    switch (operation) {
      case 'GetSystemDateAndTime': {
        const d = new Date();
        return element(
          own,
          DEVICE,
          'GetSystemDateAndTimeResponse',
          `<tds:SystemDateAndTime xmlns:tds="${DEVICE}"><UTCDateTime><Time><Hour>${d.getUTCHours()}</Hour><Minute>${d.getUTCMinutes()}</Minute>` +
            `<Second>${d.getUTCSeconds()}</Second></Time><Date><Year>${d.getUTCFullYear()}</Year><Month>${d.getUTCMonth() + 1}</Month>` +
            `<Day>${d.getUTCDate()}</Day></Date></UTCDateTime></tds:SystemDateAndTime>`,
        );
      }
      case 'GetServices':
        return element(
          own,
          DEVICE,
          'GetServicesResponse',
          [
            [DEVICE, '/onvif/device_service'],
            [EVENTS, '/event'],
            [MEDIA, '/media'],
          ]
            .map(
              ([ns, path]) =>
                `<${q(own, 'Service')}><${q(own, 'Namespace')}>${ns}</${q(own, 'Namespace')}><${q(own, 'XAddr')}>${at(path!, port)}</${q(own, 'XAddr')}></${q(own, 'Service')}>`,
            )
            .join(''),
        );
      case 'GetCapabilities':
        return element(
          own,
          DEVICE,
          'GetCapabilitiesResponse',
          `<Capabilities><Events><XAddr>${at('/event', port)}</XAddr></Events><Media><XAddr>${at('/media', port)}</XAddr></Media></Capabilities>`,
        );
      case 'GetProfiles':
        return element(own, MEDIA, 'GetProfilesResponse', `<${q(own, 'Profiles')} token="P&amp;1" fixed="true"/>`);
      case 'CreatePullPointSubscription': {
        const filter = /<TopicExpression[^>]*>([^<]*)</.exec(request)?.[1];
        if (filter !== undefined && odd.noFilter) return fault('wsnt:InvalidFilterFault', 'no filters here');
        if (filter !== undefined) filters.push(filter);
        if (odd.noDuration && />PT/.test(request)) return fault('ter:InvalidArgVal', 'Invalid termination time');
        const address = odd.anonymous
          ? 'http://www.w3.org/2005/08/addressing/anonymous'
          : at(odd.parameter ? '/event' : '/sub/7', odd.otherPort ? other : port);
        const parameters = odd.parameter
          ? '<a:ReferenceParameters><d0:SubscriptionId xmlns:d0="http://www.axis.com/2009/event">0017</d0:SubscriptionId></a:ReferenceParameters>'
          : '';
        return element(
          own,
          EVENTS,
          'CreatePullPointSubscriptionResponse',
          `<${q(own, 'SubscriptionReference')} xmlns:a="http://www.w3.org/2005/08/addressing"><a:Address>${address}</a:Address>${parameters}</${q(own, 'SubscriptionReference')}>` +
            times(
              `<n:CurrentTime xmlns:n="${WSNT}">2001-01-01T00:00:00Z</n:CurrentTime>`,
              `<n:TerminationTime xmlns:n="${WSNT}">2001-01-01T00:02:00Z</n:TerminationTime>`,
            ),
        );
      }
      case 'SetSynchronizationPoint':
      case 'Renew':
      case 'Unsubscribe':
        return element(own, EVENTS, `${operation}Response`, '');
      case 'PullMessages': {
        if (odd.parameter && !/<SubscriptionId [^>]*>0017</.test(request))
          return fault('wsrf-rw:ResourceUnknownFault', 'unknown subscription');
        const first = !told;
        told = true;
        const message = first
          ? element(
              note,
              WSNT,
              'NotificationMessage',
              `<${q(note, 'Topic')} Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet" xmlns:tns1="http://www.onvif.org/ver10/topics">tns1:RuleEngine/FieldDetector/ObjectsInside</${q(note, 'Topic')}>` +
                `<${q(note, 'Message')}><x:Message xmlns:x="http://www.onvif.org/ver10/schema" UtcTime="${new Date().toISOString()}" PropertyOperation="Initialized"><x:Source>` +
                '<x:SimpleItem Name="Rule" Value="Bay 1"/></x:Source><x:Data><x:SimpleItem Value="true" Name="IsInside"/></x:Data></x:Message>' +
                `</${q(note, 'Message')}>`,
            )
          : '';
        return element(
          own,
          EVENTS,
          'PullMessagesResponse',
          times(
            `<${q(own, 'CurrentTime')}>2001-01-01T00:00:00Z</${q(own, 'CurrentTime')}>`,
            `<${q(own, 'TerminationTime')}>2001-01-01T00:02:00Z</${q(own, 'TerminationTime')}>`,
          ) + message,
        );
      }
      default:
        return fault('ter:ActionNotSupported', 'Optional Action Not Implemented');
    }
  }

  async function serve(req: IncomingMessage, res: ServerResponse, isOther: boolean): Promise<void> {
    let request = '';
    for await (const chunk of req) request += String(chunk);
    const operation = /<\w+:Body><(\w+)/.exec(request)?.[1] ?? '';
    seen.push(operation);
    const open = operation === 'GetSystemDateAndTime' && !odd.clockNeedsLogin;
    let status = 200;
    let inner: string;
    if (odd.login !== 'none' && !open && !mayPass(request, req)) {
      if (odd.login === '403') return void res.writeHead(403).end();
      if (odd.login === 'digest without qop') {
        res.writeHead(401, { 'www-authenticate': ['Basic realm="cam"', 'Digest realm="cam", nonce="n1"'] });
        return void res.end('<html>401</html>');
      }
      status = 500;
      inner = fault('ter:Fault', 'Sender not authorized');
    } else if (odd.html?.includes(operation) || (odd.otherPort && !isOther && operation === 'PullMessages')) {
      return void res.writeHead(404, { 'content-type': 'text/html' }).end('<html><body>404</body></html>');
    } else {
      const hold = operation === 'PullMessages' && told ? (odd.holds ?? 2_000) : 0;
      if (hold > 0) await new Promise((resolve) => setTimeout(resolve, hold));
      inner = answer(operation, request);
      if (inner.includes('faultcode') || inner.includes(`${q(soap, 'Fault')}>`)) status = 400;
    }
    const whole = `<?xml version="1.0" encoding="UTF-8"?>\n${element(soap, SOAP, 'Envelope', `<${q(soap, 'Header')}/><${q(soap, 'Body')}>${inner}</${q(soap, 'Body')}>`)}\n`;
    res.writeHead(status, { 'content-type': odd.type ?? 'application/soap+xml; charset=utf-8' });
    if (!odd.chunked) return void res.end(whole);
    for (let i = 0; i < whole.length; i += 37) res.write(whole.slice(i, i + 37));
    res.end();
  }

  const servers = [false, true].map((isOther) => createServer((req, res) => void serve(req, res, isOther)));
  const listen = (s: (typeof servers)[number]) => new Promise<void>((resolve) => s.listen(0, '127.0.0.1', resolve));
  await Promise.all(servers.map(listen));
  ports = servers.map((s) => (s.address() as AddressInfo).port) as [number, number];
  return {
    url: `http://127.0.0.1:${ports[0]}/onvif/device_service`,
    base: `http://127.0.0.1:${ports[0]}`,
    seen,
    filters,
    async close() {
      for (const s of servers) s.closeAllConnections();
      await Promise.all(servers.map((s) => new Promise((resolve) => s.close(resolve))));
    },
  };
}
