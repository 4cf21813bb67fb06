import { Grid, Table } from 'antd';
import type { ReactNode } from 'react';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  readonly align?: 'end';
  /** In a stack, a fact that says nothing about this row is left out. */
  readonly says?: (row: T) => boolean;
}

/** Rows as a table where there is room, as a stack of labelled cards where there is not. The first column names a row. */
export function Rows<T>(props: {
  readonly label: string;
  readonly rows: readonly T[];
  readonly id: (row: T) => string;
  readonly columns: readonly Column<T>[];
  readonly open?: (row: T) => void;
}) {
  const { label, rows, id, columns, open } = props;
  const wide = Grid.useBreakpoint().md ?? true;
  if (!wide) {
    const [name, ...rest] = columns;
    return (
      <ul className="stack" aria-label={label}>
        {rows.map((row) => (
          <li key={id(row)} className="card">
            <div className="stack-name">{name?.cell(row)}</div>
            <dl>
              {rest
                .filter((c) => c.says?.(row) ?? true)
                .map((c) => (
                  <div key={c.key}>
                    <dt>{c.title}</dt>
                    <dd>{c.cell(row)}</dd>
                  </div>
                ))}
            </dl>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div className="card card-flush">
      <Table<T>
        aria-label={label}
        size="middle"
        pagination={false}
        rowKey={id}
        dataSource={[...rows]}
        {...(open ? { onRow: (row: T) => ({ onClick: () => open(row), className: 'row-open' }) } : {})}
        columns={columns.map((c) => ({
          key: c.key,
          title: c.title,
          render: (_: unknown, row: T) => c.cell(row),
          ...(c.align ? { align: c.align } : {}),
        }))}
      />
    </div>
  );
}
