import { escapeXml } from './xml.ts';

/** How cameras of a maker speak of the same thing: a car stands in a rule's area. Written from their published forms. */
export const MANNERS = [
  'aggregate', // Analytics: one property per rule, "any object inside"
  'objects', // Core: one property per object
  'axis',
  'hikvision',
  'dahua',
  'tplink',
  'reolink',
  'bosch',
  'milestone',
] as const;
export type Manner = (typeof MANNERS)[number];

export type Operation = 'Initialized' | 'Changed' | 'Deleted';
type Items = readonly (readonly [name: string, value: string])[];

interface Form {
  readonly topic: string;
  readonly source: Items;
  readonly key: Items;
  /** Left out when the property is deleted. */
  readonly data: Items;
}

const SOURCE: Items = [
  ['VideoSourceConfigurationToken', 'VideoSource_1'],
  ['VideoAnalyticsConfigurationToken', 'Analytics_1'],
];
const INSIDE = 'tns1:RuleEngine/FieldDetector/ObjectsInside';

/** Does the maker tell single objects apart? Then an empty area has nothing to announce. */
export function speaksOfObjects(manner: Manner): boolean {
  return manner === 'objects' || manner === 'hikvision';
}

/** The form of one message; `rule` as people know it, `object` the one that it is about. */
function formOf(manner: Manner, rule: string, object: string, inside: boolean): Form {
  const plain = { topic: INSIDE, source: [...SOURCE, ['Rule', rule]], key: [] } as const;
  switch (manner) {
    case 'aggregate':
      return { ...plain, data: [['IsInside', String(inside)]] };
    case 'objects':
    case 'hikvision':
      return { ...plain, key: [['ObjectId', object]], data: [['IsInside', String(inside)]] };
    case 'axis':
      return {
        topic: `tnsaxis:CameraApplicationPlatform/ObjectAnalytics/${rule}`,
        source: [],
        key: [],
        data: [
          ['objectId', inside ? object : ''],
          ['classTypes', inside ? 'car' : ''],
          ['active', inside ? '1' : '0'],
        ],
      };
    case 'dahua':
      return { ...plain, data: [['State', String(inside)]] };
    case 'tplink':
      return {
        ...plain,
        topic: 'tns1:RuleEngine/TPSmartEventDetector/TPSmartEvent',
        data: [['IsVehicle', String(inside)]],
      };
    case 'reolink':
      return {
        topic: 'tns1:RuleEngine/MyRuleDetector/VehicleDetect',
        source: [
          ['Source', '000'],
          ['Rule', rule],
        ],
        key: [],
        data: [['State', String(inside)]],
      };
    case 'bosch':
      return {
        ...plain,
        topic: 'tns1:RuleEngine/MyRuleDetector/ObjectsInside',
        data: [['Inside', inside ? 'on' : 'off']],
      };
    case 'milestone':
      return {
        ...plain,
        topic: 'tns1:RuleEngine/IntrusionDetector/PerimeterIntrusionZone',
        data: [['Value', inside ? 'active' : 'inactive']],
      };
  }
}

export interface Said {
  readonly manner: Manner;
  readonly rule: string;
  readonly object: string;
  /** Null: the property is gone. */
  readonly inside: boolean | null;
  readonly operation: Operation;
  /** As the camera writes times. */
  readonly time: string;
}

/** One NotificationMessage, as this maker's camera would send it. */
export function notification({ manner, rule, object, inside, operation, time }: Said): string {
  const { topic, source, key, data } = formOf(manner, rule, object, inside ?? false);
  return message(topic, time, operation, { source, key, data: inside === null ? [] : data });
}

/** Any NotificationMessage of simple items. */
export function message(
  topic: string,
  time: string,
  operation: Operation,
  { source, key = [], data }: { source: Items; key?: Items; data: Items },
): string {
  const list = (name: string, items: Items) =>
    items.length === 0
      ? ''
      : `<tt:${name}>${items.map(([n, v]) => `<tt:SimpleItem Name="${n}" Value="${escapeXml(v)}"/>`).join('')}</tt:${name}>`;
  return (
    '<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet" ' +
    'xmlns:tnsaxis="http://www.axis.com/2009/event/topics">' +
    `${topic}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="${time}" PropertyOperation="${operation}">` +
    `${list('Source', source)}${list('Key', key)}${list('Data', data)}` +
    '</tt:Message></wsnt:Message></wsnt:NotificationMessage>'
  );
}
