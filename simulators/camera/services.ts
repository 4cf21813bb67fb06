import { type Millis, toRfc3339 } from '../../protocols/time.ts';
import { type Answer, answer, escapeXml, fault } from './xml.ts';

export interface Addresses {
  readonly device: string;
  readonly media: string;
  readonly events: string;
  readonly snapshot: string;
}

/** What anyone may ask without a credential (Core, access class PRE_AUTH). */
export const OPEN_OPERATIONS = ['GetSystemDateAndTime', 'GetServices', 'GetCapabilities', 'GetServiceCapabilities'];

/** Device and media services. `has` says what this camera lacks today. */
export function answerDevice(
  operation: string,
  at: Addresses,
  now: Millis,
  has: { events: boolean; profiles: boolean; snapshot: boolean },
): Answer {
  switch (operation) {
    case 'GetSystemDateAndTime':
      return answer(dateAndTime(now));
    case 'GetDeviceInformation':
      return answer(
        '<tds:GetDeviceInformationResponse><tds:Manufacturer>Liftgate</tds:Manufacturer><tds:Model>Simulated bay camera' +
          '</tds:Model><tds:FirmwareVersion>1.10</tds:FirmwareVersion><tds:SerialNumber>00012345678901234</tds:SerialNumber>' +
          '<tds:HardwareId>1.0</tds:HardwareId></tds:GetDeviceInformationResponse>',
      );
    case 'GetServices':
      return answer(`<tds:GetServicesResponse>${services(at, has.events)}</tds:GetServicesResponse>`);
    case 'GetCapabilities':
      return answer(
        '<tds:GetCapabilitiesResponse><tds:Capabilities>' +
          `<tt:Device><tt:XAddr>${escapeXml(at.device)}</tt:XAddr></tt:Device>` +
          (has.events
            ? `<tt:Events><tt:XAddr>${escapeXml(at.events)}</tt:XAddr><tt:WSSubscriptionPolicySupport>false` +
              '</tt:WSSubscriptionPolicySupport><tt:WSPullPointSupport>true</tt:WSPullPointSupport></tt:Events>'
            : '') +
          `<tt:Media><tt:XAddr>${escapeXml(at.media)}</tt:XAddr></tt:Media>` +
          '</tds:Capabilities></tds:GetCapabilitiesResponse>',
      );
    case 'GetProfiles':
      return answer(
        '<trt:GetProfilesResponse>' +
          (has.profiles
            ? '<trt:Profiles token="Profile_0001" fixed="true"><tt:Name>main</tt:Name>' +
              '<tt:VideoSourceConfiguration token="VideoSource_1"><tt:Name>bays</tt:Name><tt:UseCount>1</tt:UseCount>' +
              '<tt:SourceToken>Source_1</tt:SourceToken><tt:Bounds x="0" y="0" width="1280" height="720"/>' +
              '</tt:VideoSourceConfiguration></trt:Profiles>'
            : '') +
          '</trt:GetProfilesResponse>',
      );
    case 'GetSnapshotUri':
      return answer(
        `<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>${escapeXml(has.snapshot ? at.snapshot : 'rtsp://192.0.2.1/live')}</tt:Uri>` +
          '<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>' +
          '<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetSnapshotUriResponse>',
      );
    default:
      return fault('Receiver', 'ter:ActionNotSupported', `${escapeXml(operation)} is not supported`);
  }
}

function services(at: Addresses, events: boolean): string {
  const list: [string, string][] = [
    ['http://www.onvif.org/ver10/device/wsdl', at.device],
    ['http://www.onvif.org/ver10/media/wsdl', at.media],
  ];
  if (events) list.push(['http://www.onvif.org/ver10/events/wsdl', at.events]);
  return list
    .map(
      ([ns, address]) =>
        `<tds:Service><tds:Namespace>${ns}</tds:Namespace><tds:XAddr>${escapeXml(address)}</tds:XAddr>` +
        '<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>',
    )
    .join('');
}

function dateAndTime(now: Millis): string {
  const [date = '', time = ''] = toRfc3339(now).split('T');
  const [year, month, day] = date.split('-').map(Number);
  const [hour, minute, second] = time.slice(0, 8).split(':').map(Number);
  return (
    '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>' +
    '<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>' +
    `<tt:UTCDateTime><tt:Time><tt:Hour>${hour}</tt:Hour><tt:Minute>${minute}</tt:Minute><tt:Second>${second}</tt:Second></tt:Time>` +
    `<tt:Date><tt:Year>${year}</tt:Year><tt:Month>${month}</tt:Month><tt:Day>${day}</tt:Day></tt:Date></tt:UTCDateTime>` +
    '</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>'
  );
}
