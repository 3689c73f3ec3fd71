/** Which sessions are shown, in which order, and over what range of time. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { State } from '../sessions.ts';
import { Choice } from './choice.tsx';
import { RANGES, type Range } from './timeline.ts';

const ORDERS = { '': 'newest first', ending: 'about to expire first' };
/** The same words as in the rows. */
const STATES = {
  '': 'all',
  active: 'active',
  'near expiry': 'near expiry',
  expired: 'expired',
  malformed: 'malformed',
} as const satisfies Record<State | '', string>;
const SPANS = Object.fromEntries(Object.entries(RANGES).map(([minutes, { name }]) => [minutes, name]));

/** Debounce of the search field, in milliseconds. */
const TYPING_MS = 200;

interface Props {
  parameters: Readonly<Record<string, string>>;
  range: Range;
  onChange(parameters: Readonly<Record<string, string>>): void;
}

export function SessionFilters({ parameters, range, onChange }: Props) {
  const { search: searched = '' } = parameters;
  const [typed, setTyped] = useState(searched);
  const typing = useRef(0);
  const sent = useRef(searched);
  const search = (value: string) => {
    setTyped(value);
    clearTimeout(typing.current);
    typing.current = window.setTimeout(() => {
      sent.current = value.trim();
      onChange({ search: sent.current });
    }, TYPING_MS);
  };
  // The URL changed: a link, or the back button.
  useEffect(() => {
    if (searched === sent.current) return;
    clearTimeout(typing.current);
    sent.current = searched;
    setTyped(searched);
  }, [searched]);
  return (
    <search class="toolbar filters">
      <label>
        Search
        <input
          type="search"
          placeholder="id of a session, user or agent"
          value={typed}
          onInput={({ currentTarget }) => search(currentTarget.value)}
        />
      </label>
      <Choice
        label="State"
        options={STATES}
        value={parameters['state'] ?? ''}
        onChange={(state) => onChange({ state })}
      />
      <Choice
        label="Order"
        options={ORDERS}
        value={parameters['order'] ?? ''}
        onChange={(order) => onChange({ order })}
      />
      <Choice
        label="Timeline"
        options={SPANS}
        value={String(range)}
        onChange={(minutes) => onChange({ range: minutes })}
      />
    </search>
  );
}
