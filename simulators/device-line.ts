/** The device's end of a line: what a simulator speaks into. */
export interface DeviceLine {
  /** Where the gateway finds the device: a serial path, or `tcp://HOST:PORT`. */
  readonly path: string;
  /** Hears every chunk from the gateway; returns the way to stop. */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Says something; lost when nobody listens, as on a real wire. Texts are Latin-1. */
  write(bytes: Uint8Array | string): void;
  /** Pulls the plug: the gateway's end breaks. */
  close(): Promise<void>;
}

export function toBytes(bytes: Uint8Array | string): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
}
