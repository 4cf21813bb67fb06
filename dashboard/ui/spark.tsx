const [WIDTH, HEIGHT, ROOM] = [96, 24, 3] as const;

/** A series as a small line, the newest value as a dot; it says nothing that the row does not say in words. */
export function Spark({ values }: { readonly values: readonly number[] }) {
  if (values.length < 2) return <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (i: number) => ROOM + (i / (values.length - 1)) * (WIDTH - 2 * ROOM);
  const y = (v: number) =>
    high === low ? HEIGHT / 2 : HEIGHT - ROOM - ((v - low) / (high - low)) * (HEIGHT - 2 * ROOM);
  const points = values.map((v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`);
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx={x(values.length - 1)} cy={y(values.at(-1)!)} r="2.5" fill="currentColor" />
    </svg>
  );
}
