export { ensureBuilt } from './build.ts';
export { type Feed, type FeedOptions, mountFeed } from './feed.ts';
export type { Handshake } from './handshake.ts';
export { mountPages } from './pages.ts';
