import type { BoardView } from '../../protocols/board.ts';
import type { Queryable } from '../store/pool.ts';

/** To be raised with every change of BoardView or of the fold: views of another shape are not taken up, but folded anew. */
const SHAPE = 4;

export async function loadBoard(db: Queryable, site: string): Promise<{ place: number; view: BoardView } | null> {
  const { rows } = await db.query<{ id: number; view: BoardView }>(
    `SELECT b.id, b.view FROM boards b JOIN sites s ON s.site = b.site
      WHERE b.site = $1 AND b.shape = $2 AND b.id <= s.last_event`,
    [site, SHAPE],
  );
  return rows[0] ? { place: rows[0].id, view: rows[0].view } : null;
}

/** Any node may save; the one that has folded furthest counts. */
export async function saveBoard(db: Queryable, site: string, place: number, view: BoardView): Promise<void> {
  await db.query(
    `INSERT INTO boards AS b (site, shape, id, view) VALUES ($1, $2, $3, $4)
      ON CONFLICT (site, shape) DO UPDATE SET id = $3, view = $4 WHERE b.id < $3`,
    [site, SHAPE, place, JSON.stringify(view)],
  );
}
