import type { ReactNode } from 'react';
import { useTitle } from '../ui/door.tsx';

/** The head of a page: what it is, and what can be done with all of it. */
export function Heading(props: { readonly title: string; readonly lead?: string; readonly children?: ReactNode }) {
  useTitle(props.title);
  return (
    <div className="heading">
      <div>
        <h1>{props.title}</h1>
        {props.lead && <p>{props.lead}</p>}
      </div>
      {props.children && <div className="heading-acts">{props.children}</div>}
    </div>
  );
}
