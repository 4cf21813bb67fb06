import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({ removeNSPrefix: true, ignoreAttributes: false, parseTagValue: false });

/** A request as the camera reads it: nested records, texts as leaves, no prefixes. Null when it is no envelope. */
export function readEnvelope(text: string): { header: unknown; operation: string; request: unknown } | null {
  try {
    const envelope = (parser.parse(text) as { Envelope?: { Header?: unknown; Body?: Record<string, unknown> } })
      .Envelope;
    const operation = Object.keys(envelope?.Body ?? {}).find((k) => !k.startsWith('@_'));
    return envelope && operation ? { header: envelope.Header, operation, request: envelope.Body?.[operation] } : null;
  } catch {
    return null;
  }
}

/** The text at a path of nested records; attributes of the leaf are ignored. */
export function text(node: unknown, ...path: readonly string[]): string | null {
  let here = node;
  for (const name of path)
    here = typeof here === 'object' && here !== null ? (here as Record<string, unknown>)[name] : null;
  if (typeof here === 'object' && here !== null) here = (here as Record<string, unknown>)['#text'];
  return typeof here === 'string' ? here : null;
}

export function escapeXml(value: string): string {
  return value.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

const NAMESPACES =
  'xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa5="http://www.w3.org/2005/08/addressing" ' +
  'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tt="http://www.onvif.org/ver10/schema" ' +
  'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" ' +
  'xmlns:tev="http://www.onvif.org/ver10/events/wsdl" xmlns:ter="http://www.onvif.org/ver10/error" ' +
  'xmlns:tns1="http://www.onvif.org/ver10/topics"';

export function envelope(body: string, header = ''): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope ${NAMESPACES}>` +
    `<SOAP-ENV:Header>${header}</SOAP-ENV:Header><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`
  );
}

/** What a service answers: a body, and the HTTP status that goes with it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

export function answer(body: string): Answer {
  return { status: 200, body };
}

/** A SOAP 1.2 fault; `subcode` e.g. `ter:NotAuthorized` (Core, 5.8). Senders' faults travel as HTTP 400. */
export function fault(who: 'Sender' | 'Receiver', subcode: string, reason: string, detail = ''): Answer {
  return {
    status: who === 'Sender' ? 400 : 500,
    body:
      `<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:${who}</SOAP-ENV:Value><SOAP-ENV:Subcode>` +
      `<SOAP-ENV:Value>${subcode}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code>` +
      `<SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">${reason}</SOAP-ENV:Text></SOAP-ENV:Reason>` +
      `${detail === '' ? '' : `<SOAP-ENV:Detail>${detail}</SOAP-ENV:Detail>`}</SOAP-ENV:Fault>`,
  };
}
