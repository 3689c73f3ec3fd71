/** What the page shows, as its URL says: `#sessions?order=ending&search=…`. */
import { useEffect, useState } from 'preact/hooks';

export const VIEWS = { sessions: 'Sessions', requests: 'Requests', reference: 'API reference' } as const;
export type View = keyof typeof VIEWS;

export interface Place {
  view: View;
  parameters: Readonly<Record<string, string>>;
}

/** The current place. A component's props may be older. */
export function readPlace(): Place {
  const [name = '', query] = location.hash.slice(1).split('?');
  const view = Object.hasOwn(VIEWS, name) ? (name as View) : 'sessions';
  return { view, parameters: Object.fromEntries(new URLSearchParams(query)) };
}

/** An address of this page. Empty parameters are left out. */
export function hrefOf(view: View, parameters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ''));
  return query.size > 0 ? `#${view}?${query}` : `#${view}`;
}

/** Navigates without adding to the browser's history. */
export const replacePlace = (href: string): void => location.replace(href);

export function usePlace(): Place {
  const [place, setPlace] = useState(readPlace);
  useEffect(() => {
    const follow = () => setPlace(readPlace());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return place;
}
