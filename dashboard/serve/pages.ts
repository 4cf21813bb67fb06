import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { BUILT } from './build.ts';

const PAGES = ['wall', 'console', 'site'] as const;
type Page = (typeof PAGES)[number];

export interface PagesOptions {
  /** Folder of the built pages. */
  readonly folder?: string;
  /** Base URLs of other servers that the wall may connect to: its second feed. */
  readonly connect?: readonly string[];
}

/**
 * Serves `/wall`, `/console` and `/site`, and their parts under `/assets/`. A page that is not built says so (503).
 * Each page carries its own Content-Security-Policy, which stands in for any that the server sets for its API.
 */
export async function mountPages(app: FastifyInstance, options: PagesOptions = {}): Promise<void> {
  const folder = options.folder ?? BUILT;
  const assets = join(folder, 'assets');
  await mkdir(assets, { recursive: true });
  await app.register(fastifyStatic, {
    root: assets,
    prefix: '/assets/',
    index: false,
    // The names carry a hash of the content.
    maxAge: '365d',
    immutable: true,
  });
  for (const page of PAGES) {
    const policy = policyOf(page, options.connect ?? []);
    const show = (_: unknown, reply: FastifyReply) => sendPage(reply, join(folder, page, 'index.html'), policy);
    for (const url of [`/${page}`, `/${page}/`]) app.get(url, HIDDEN, show);
  }
}

/** Pages are no part of the API's description. */
const HIDDEN: object = { schema: { hide: true } };

async function sendPage(reply: FastifyReply, file: string, policy: string): Promise<FastifyReply> {
  let html: string;
  try {
    html = await readFile(file, 'utf8');
  } catch {
    return reply.code(503).type('text/plain; charset=utf-8').send('The pages are not built yet. Run: npm run build\n');
  }
  return reply
    .headers({
      'cache-control': 'no-cache',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    .type('text/html; charset=utf-8')
    .send(html);
}

/** The consoles' component library writes style elements while it runs; the wall does without. */
function policyOf(page: Page, connect: readonly string[]): string {
  const others = connect.flatMap((url) => [new URL(url).origin, new URL(url).origin.replace(/^http/, 'ws')]);
  return [
    "default-src 'none'",
    "script-src 'self'",
    page === 'wall' ? "style-src 'self'" : "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    ["connect-src 'self'", ...others].join(' '),
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
