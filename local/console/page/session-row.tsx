/** A session's row: state and bar; when open, its fields and actions. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Settings } from '../settings.ts';
import { Bar } from './bar.tsx';
import type { Outcome } from './host.ts';
import { OutcomeLine } from './outcome.tsx';
import type { Row } from './rows.ts';
import { SessionActions } from './session-actions.tsx';
import { SessionFacts } from './session-facts.tsx';
import { lifeOf, remainingAt, stateAt, type Timeline } from './timeline.ts';

interface Props {
  row: Row;
  timeline: Timeline;
  settings: Settings;
  hasClock: boolean;
  isOpen: boolean;
  onToggle(isOpen: boolean): void;
  outcome: Outcome | undefined;
  /** Runs an action, unless another one of this row is still running. */
  onAct(run: () => Promise<Outcome>): Promise<void>;
}

export function SessionRow({ row, timeline, isOpen, onToggle, outcome, ...rest }: Props) {
  const life = 'createdAt' in row ? lifeOf(row) : undefined;
  const state = life ? stateAt(timeline.now, life) : row.state;
  const summary = useRef<HTMLElement>(null);
  // An action may remove the focused button: move the focus to the row.
  // biome-ignore lint/correctness/useExhaustiveDependencies: buttons disappear when these change
  useLayoutEffect(() => {
    if (outcome && document.activeElement === document.body) summary.current?.focus();
  }, [outcome, state]);
  return (
    <li class={`session ${state.replace(' ', '-')}`} data-id={row.sessionId}>
      <details open={isOpen} onToggle={({ currentTarget }) => onToggle(currentTarget.open)}>
        <summary ref={summary}>
          <span class="id" title={row.sessionId}>
            {row.sessionId}
          </span>
          <span class="state">{state}</span>
          <span class="time">{life && remainingAt(timeline.now, life)}</span>
          {life && <Bar life={life} timeline={timeline} />}
        </summary>
        {isOpen && (
          <div class="more" key={row.sessionId}>
            <OutcomeLine outcome={outcome} />
            <SessionFacts row={row} life={life} />
            {state !== 'gone' && row.state !== 'gone' && (
              <SessionActions session={row} state={state} {...rest} />
            )}
          </div>
        )}
      </details>
    </li>
  );
}
