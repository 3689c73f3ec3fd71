/** The sessions on their timeline: those that match, a page of them, in the order that is chosen. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Axis, Legend } from './bar.tsx';
import { ClockControls, useNow } from './clock.tsx';
import { type Outcome, WAITING } from './host.ts';
import { NewSession } from './new-session.tsx';
import { Count, Pager } from './pager.tsx';
import { hrefOf, readPlace, replacePlace } from './place.ts';
import { SessionFilters } from './session-filters.tsx';
import { SessionRow } from './session-row.tsx';
import { type Range, timelineAt } from './timeline.ts';
import { useSessions } from './use-sessions.ts';
import { useSettings } from './use-settings.ts';

interface Props {
  parameters: Readonly<Record<string, string>>;
  /** Calls back after each request that may have changed a session. */
  onChange(listener: () => void): () => void;
  onFailure(failure: string | undefined): void;
}

export function SessionsView({ parameters, onChange, onFailure }: Props) {
  const { range: given = '120', ...query } = parameters;
  const range = (['30', '1440'].includes(given) ? Number(given) : 120) as Range;
  const list = useRef<HTMLUListElement>(null);
  const settings = useSettings();
  const { sessions, failure, refresh, refreshSoon } = useSessions(String(new URLSearchParams(query)), list);
  const [openIds, setOpenIds] = useState<ReadonlySet<string>>(new Set());
  const [outcomes, setOutcomes] = useState<Readonly<Record<string, Outcome>>>({});
  const now = useNow(sessions?.ahead ?? 0);
  useEffect(() => onChange(refreshSoon), [onChange, refreshSoon]);
  useEffect(() => onFailure(failure), [onFailure, failure]);

  const show = (changed: Readonly<Record<string, string>>) => {
    const place = readPlace();
    if (place.view !== 'sessions') return;
    replacePlace(hrefOf('sessions', { ...place.parameters, page: '', ...changed }));
  };
  const showPage = (number: number) => {
    show({ page: number === 1 ? '' : String(number) });
    list.current?.closest('main')?.scrollTo(0, 0);
    list.current?.focus({ preventScroll: true });
  };
  const toggle = (id: string, isOpen: boolean) => {
    if (openIds.has(id) === isOpen) return;
    const { [id]: _closed, ...others } = outcomes;
    if (!isOpen) setOutcomes(others);
    setOpenIds(isOpen ? new Set(openIds).add(id) : openIds.difference(new Set([id])));
  };
  if (!sessions || !settings) return null;
  const { page, rows } = sessions;
  const timeline = timelineAt(now, range);
  return (
    <>
      <div class="toolbar">
        <NewSession settings={settings} onCreated={refresh} />
        {page.ahead !== undefined && <ClockControls ahead={page.ahead} onMove={refresh} />}
      </div>
      <SessionFilters parameters={parameters} range={range} onChange={show} />
      <Count page={page} isFiltered={Boolean(parameters['search'] || parameters['state'])} />
      {page.stored > 0 && (
        <div class="scale">
          <Legend />
          <div class="columns">
            <span>Session</span>
            <span>State</span>
            <span>Remaining</span>
            <Axis timeline={timeline} />
          </div>
        </div>
      )}
      <ul id="list" ref={list} tabIndex={-1}>
        {rows.map((row, index) => (
          <SessionRow
            // Rows are slots: an element that is moved in the DOM loses focus and selection.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={index}
            row={row}
            timeline={timeline}
            settings={settings}
            hasClock={page.ahead !== undefined}
            isOpen={openIds.has(row.sessionId)}
            onToggle={(isOpen) => toggle(row.sessionId, isOpen)}
            outcome={outcomes[row.sessionId]}
            onAct={async (run) => {
              const { sessionId } = row;
              const note = (outcome: Outcome) =>
                setOutcomes((others) => ({ ...others, [sessionId]: outcome }));
              if (outcomes[sessionId]?.isPending) return;
              note(WAITING);
              note(await run());
              await refresh();
            }}
          />
        ))}
      </ul>
      <Pager page={page} onPage={showPage} />
    </>
  );
}
