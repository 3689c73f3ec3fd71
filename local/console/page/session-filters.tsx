/** Which sessions are shown, in which order, and over what range of time. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { RANGES, type Range } from './timeline.ts';

const ORDERS = { '': 'newest first', ending: 'about to expire first' };
/** The same words as in the rows. */
const STATES = ['active', 'near expiry', 'expired', 'malformed'];

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
      <label>
        State
        <select
          value={parameters['state'] ?? ''}
          onChange={(event) => onChange({ state: event.currentTarget.value })}
        >
          <option value="">all</option>
          {STATES.map((state) => (
            <option key={state}>{state}</option>
          ))}
        </select>
      </label>
      <label>
        Order
        <select
          value={parameters['order'] ?? ''}
          onChange={(event) => onChange({ order: event.currentTarget.value })}
        >
          {Object.entries(ORDERS).map(([order, name]) => (
            <option key={order} value={order}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Timeline
        <select value={String(range)} onChange={(event) => onChange({ range: event.currentTarget.value })}>
          {Object.entries(RANGES).map(([minutes, { name }]) => (
            <option key={minutes} value={minutes}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </search>
  );
}
