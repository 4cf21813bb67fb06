import { connect, type MqttClient } from 'mqtt';
import protobuf from 'protobufjs';

/** The payload of Sparkplug B, after Eclipse Sparkplug 3.0.0, chapter 6: proto2, so that a zero is told, too. */
const SCHEMA = `
  syntax = "proto2";
  message Payload {
    message PropertyValue { optional uint32 type = 1; optional bool is_null = 2; optional string string_value = 8; }
    message PropertySet { repeated string keys = 1; repeated PropertyValue values = 2; }
    message MetaData { optional bool is_multi_part = 1; optional string content_type = 2; optional uint64 size = 3; }
    message Metric {
      optional string name = 1; optional uint64 alias = 2; optional uint64 timestamp = 3; optional uint32 datatype = 4;
      optional bool is_historical = 5; optional bool is_transient = 6; optional bool is_null = 7;
      optional MetaData metadata = 8; optional PropertySet properties = 9;
      oneof value {
        uint32 int_value = 10; uint64 long_value = 11; float float_value = 12; double double_value = 13;
        bool boolean_value = 14; string string_value = 15; bytes bytes_value = 16;
      }
    }
    optional uint64 timestamp = 1; repeated Metric metrics = 2; optional uint64 seq = 3; optional string uuid = 4;
    optional bytes body = 5;
  }
`;
const Payload = protobuf.parse(SCHEMA).root.lookupType('Payload');

export interface MetricJson {
  readonly name?: string;
  readonly alias?: number;
  readonly timestamp?: number;
  readonly datatype?: number;
  readonly isHistorical?: boolean;
  readonly isTransient?: boolean;
  readonly isNull?: boolean;
  readonly metadata?: object;
  readonly properties?: object;
  readonly intValue?: number;
  readonly longValue?: number | string;
  readonly floatValue?: number;
  readonly doubleValue?: number;
  readonly booleanValue?: boolean;
  readonly stringValue?: string;
  readonly bytesValue?: Uint8Array;
}

export interface PayloadJson {
  readonly timestamp?: number;
  readonly seq?: number;
  readonly uuid?: string;
  readonly body?: Uint8Array;
  readonly metrics: readonly MetricJson[];
}

export function encode(payload: PayloadJson): Buffer {
  return Buffer.from(Payload.encode(Payload.fromObject(payload)).finish());
}

export function decode(bytes: Uint8Array): PayloadJson {
  return Payload.toObject(Payload.decode(bytes), { longs: Number }) as PayloadJson;
}

/** An edge node with one device `press`, on its real wire; each quirk is a call. */
export class SparkplugNode {
  readonly client: MqttClient;
  readonly commands: { topic: string; payload: PayloadJson }[] = [];
  readonly states: { topic: string; text: string }[] = [];
  readonly #group: string;
  readonly #node: string;
  readonly bdSeq: number;
  #seq = 0;

  constructor(url: string, group: string, node: string, more: { user: string; password: string; bdSeq?: number }) {
    this.#group = group;
    this.#node = node;
    this.bdSeq = more.bdSeq ?? 0;
    this.client = connect(url, {
      username: more.user,
      password: more.password,
      reconnectPeriod: 0,
      will: { topic: this.topic('NDEATH'), payload: this.death(this.bdSeq), qos: 1, retain: false },
    });
    this.client.on('error', () => {});
    this.client.on('message', (topic, payload) => {
      if (topic.includes('/STATE/')) this.states.push({ topic, text: payload.toString() });
      else this.commands.push({ topic, payload: decode(payload) });
    });
  }

  topic(message: string, device?: string): string {
    return `spBv1.0/${this.#group}/${message}/${this.#node}${device === undefined ? '' : `/${device}`}`;
  }

  death(bdSeq: number): Buffer {
    return encode({ timestamp: Date.now(), metrics: [{ name: 'bdSeq', datatype: 8, longValue: bdSeq }] });
  }

  async come(host: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.client.once('connect', () => resolve());
      this.client.once('error', reject);
    });
    await this.client.subscribeAsync([this.topic('NCMD'), `spBv1.0/STATE/${host}`], { qos: 1 });
  }

  async birth(metrics: readonly MetricJson[] = []): Promise<void> {
    this.#seq = 0;
    const control = [
      { name: 'bdSeq', datatype: 8, longValue: this.bdSeq },
      { name: 'Node Control/Rebirth', datatype: 11, booleanValue: false },
    ];
    await this.publish('NBIRTH', undefined, [...control, ...metrics]);
  }

  /** Sends with the next sequence number; `skip` numbers are lost on the way. */
  async publish(message: string, device: string | undefined, metrics: readonly MetricJson[], skip = 0): Promise<void> {
    if (message !== 'NBIRTH') this.#seq = (this.#seq + 1 + skip) % 256;
    const payload = encode({ timestamp: Date.now(), seq: this.#seq, metrics });
    await this.client.publishAsync(this.topic(message, device), payload, { qos: 0 });
  }

  async raw(message: string, device: string | undefined, payload: Buffer): Promise<void> {
    await this.client.publishAsync(this.topic(message, device), payload, { qos: 0 });
  }
}
