/**
 * Which bays stand on a page: alarming ones on every page, the others in turn, in the order of the workshop. When more
 * are alarming than fit, they take turns themselves.
 */
export function pageOf(
  order: readonly string[],
  alarming: ReadonlySet<string>,
  perPage: number,
  page: number,
): { readonly bays: readonly string[]; readonly pages: number } {
  if (order.length <= perPage) return { bays: order, pages: 1 };
  const first = order.filter((bay) => alarming.has(bay));
  const rest = order.filter((bay) => !alarming.has(bay));
  // At least one place is left to turn through the rest.
  const kept = first.length < perPage ? first : [];
  const turning = kept.length > 0 ? rest : [...first, ...rest];
  const places = perPage - kept.length;
  const pages = Math.max(1, Math.ceil(turning.length / places));
  const start = (page % pages) * places;
  return { bays: [...kept, ...turning.slice(start, start + places)], pages };
}
