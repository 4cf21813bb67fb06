import type { BayTile, BoardView } from '../../protocols/board.ts';

/**
 * The view of one server, with the tiles that are newer in what was shown before. Servers carry the same events, so a
 * server that lags behind the last one must not move a tile backwards. Tiles come back one by one as it catches up.
 */
export function neverBackwards(server: BoardView, shown: BoardView): BoardView {
  const newer = server.order.filter((bay) => {
    const [before, now] = [shown.bays[bay], server.bays[bay]];
    return before && now && before !== now && newestMark(before) > newestMark(now);
  });
  if (newer.length === 0) return server;
  return { ...server, bays: { ...server.bays, ...Object.fromEntries(newer.map((bay) => [bay, shown.bays[bay]!])) } };
}

function newestMark(tile: BayTile): number {
  return Math.max(0, ...Object.values(tile.marks).map((mark) => mark.time));
}
