import type { Mistake } from '../config/explain.ts';
import { mistakeText, readCloudConfig, readGatewayConfig, textOf } from '../config/load.ts';
import { messageOf } from '../protocols/error.ts';

/**
 * `liftgate validate FILE`: says "ok" with a summary, or all mistakes.
 * @returns the exit code: 0 when the file is right, 2 when it is wrong or cannot be read.
 */
export async function run(file: string, { json = false }: { json?: boolean }): Promise<number> {
  let text: string;
  try {
    text = await textOf(file);
  } catch (e) {
    return tell(json, { ok: false, file, error: messageOf(e) }, [messageOf(e)]);
  }
  // Only a gateway has a site; nothing in a cloud's file bears these names.
  const isGateway = /^(site|bays|devices)\s*:/m.test(text);
  if (isGateway) {
    const outcome = readGatewayConfig(text, file);
    if (!outcome.ok) return wrong(file, json, outcome.mistakes);
    const { site, bays, devices, cloud } = outcome.config;
    const about = {
      kind: 'gateway',
      site: site.id,
      bays: bays.length,
      devices: devices.length,
      cloud: cloud?.url ?? null,
    };
    const words = `gateway of ${site.name}: ${bays.length} bays, ${devices.length} devices, ${cloud ? `cloud ${cloud.url}` : 'no cloud'}`;
    return tell(json, { ok: true, file, ...about }, [`ok  ${file}: ${words}`]);
  }
  const outcome = readCloudConfig(text, file);
  if (!outcome.ok) return wrong(file, json, outcome.mistakes);
  const { http, smtp } = outcome.config;
  const words = `cloud on ${http.host}:${http.port}, ${smtp ? `mail by ${smtp.host}` : 'no mail'}`;
  return tell(json, { ok: true, file, kind: 'cloud' }, [`ok  ${file}: ${words}`]);
}

function wrong(file: string, json: boolean, mistakes: readonly Mistake[]): number {
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  return tell(json, { ok: false, file, mistakes }, [
    `${count} in ${file}`,
    ...mistakes.map((m) => `  ${mistakeText(file, m)}`),
  ]);
}

function tell(json: boolean, answer: { ok: boolean; [more: string]: unknown }, lines: readonly string[]): number {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : `${lines.join('\n')}\n`);
  return answer.ok ? 0 : 2;
}
