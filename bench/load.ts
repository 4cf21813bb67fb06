import { connect, type Socket } from 'node:net';

/** A forked process that floods a broker over plain sockets: as little as possible between the clock and the wire. */
export interface LoadOrder {
  readonly port: number;
  readonly devices: readonly { readonly id: string; readonly password: string }[];
  /** Messages a second over all devices; null: as fast as acknowledgements allow. */
  readonly rate: number | null;
  /** Unacknowledged messages a connection may have (QoS 1). */
  readonly window: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly acknowledged: number;
  readonly seconds: number;
}

const text = (s: string) => Buffer.concat([Buffer.from([s.length >> 8, s.length & 255]), Buffer.from(s)]);

/** MQTT 3.1.1, 2.2.3: the remaining length, seven bits a byte. */
function packet(type: number, body: Buffer): Buffer {
  const length: number[] = [];
  for (let n = body.length; ; n >>= 7) {
    length.push(n > 127 ? (n & 127) | 128 : n);
    if (n <= 127) break;
  }
  return Buffer.concat([Buffer.from([type, ...length]), body]);
}

function hello(id: string, password: string): Buffer {
  return packet(0x10, Buffer.concat([text('MQTT'), Buffer.from([4, 0xc2, 0, 60]), text(id), text(id), text(password)]));
}

function publish(topic: string, packetId: number, payload: string): Buffer {
  const id = Buffer.from([packetId >> 8, packetId & 255]);
  return packet(0x32, Buffer.concat([text(topic), id, Buffer.from(payload)]));
}

interface Lane {
  readonly socket: Socket;
  readonly topic: string;
  sent: number;
  acknowledged: number;
}

async function flood(order: LoadOrder): Promise<LoadResult> {
  const lanes = await Promise.all(order.devices.map((d) => open(order.port, d)));
  const started = performance.now();
  const until = started + order.seconds * 1_000;
  const fill = (lane: Lane, most: number) => {
    const packets: Buffer[] = [];
    while (lane.sent - lane.acknowledged < order.window && packets.length < most) {
      lane.sent++;
      // Well below the height from which a lift counts as raised: readings, but no events.
      packets.push(publish(lane.topic, (lane.sent % 65_535) + 1, String(20 + (lane.sent % 50))));
    }
    if (packets.length > 0) lane.socket.write(Buffer.concat(packets));
  };
  if (order.rate === null) {
    for (const lane of lanes) {
      lane.socket.on('data', () => {
        if (performance.now() < until) fill(lane, order.window);
      });
      fill(lane, order.window);
    }
    await new Promise((resolve) => setTimeout(resolve, order.seconds * 1_000));
  } else {
    let turn = 0;
    for (let due = 0; performance.now() < until; ) {
      const wanted = ((performance.now() - started) / 1_000) * order.rate;
      for (; due < wanted; due++) fill(lanes[turn++ % lanes.length]!, 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const seconds = (performance.now() - started) / 1_000;
  const acknowledged = lanes.reduce((n, l) => n + l.acknowledged, 0);
  for (const { socket } of lanes) socket.destroy();
  return { sent: lanes.reduce((n, l) => n + l.sent, 0), acknowledged, seconds };
}

function open(port: number, { id, password }: { id: string; password: string }): Promise<Lane> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const lane: Lane = { socket, topic: `liftgate/${id}/lift.height`, sent: 0, acknowledged: 0 };
    let bytes = 0;
    socket.once('error', reject);
    socket.once('connect', () => socket.write(hello(id, password)));
    // Every answer is four bytes: CONNACK first, then one PUBACK a message.
    socket.on('data', (chunk) => {
      if (bytes === 0) {
        if (chunk[3] !== 0) return reject(new Error(`the broker refused ${id} with code ${chunk[3]}`));
        setImmediate(resolve, lane);
      }
      bytes += chunk.length;
      lane.acknowledged = Math.floor(bytes / 4) - 1;
    });
  });
}

process.once('message', (order) => {
  flood(order as LoadOrder).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (e: Error) => {
      process.stderr.write(`load: ${e.message}\n`);
      process.exit(1);
    },
  );
});
