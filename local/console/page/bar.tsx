/** A session's life on the timeline, the axis, and the legend, which has the words of both. */
import type { CSSProperties } from 'preact';
import { type Life, position, type Timeline, ticks } from './timeline.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const clockWithoutSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** The parts of a bar by their CSS class. */
export const PARTS = {
  elapsed: 'Elapsed',
  remaining: 'Remaining',
  warning: 'Warning',
  maximum: 'Maximum duration',
  activity: 'Last activity',
  now: 'Now',
} as const;

export const Legend = () => (
  <p class="legend" aria-hidden="true">
    {Object.entries(PARTS).map(([part, name]) => (
      <span key={part}>
        <i class={part} /> {name}
      </span>
    ))}
  </p>
);

export function Bar({ life, timeline }: { life: Life; timeline: Timeline }) {
  const { createdAt, lastActivity, warning, expiry, maximum } = life;
  const lived = Math.min(timeline.now, expiry);
  const isExpired = expiry <= timeline.now;
  const time = (instant: number) => clock.format(instant);
  const label = [
    `Elapsed since ${time(createdAt)}`,
    `${PARTS.activity} ${time(lastActivity)}`,
    `${PARTS.warning} from ${time(warning)}`,
    `${PARTS.remaining} until ${time(expiry)}`,
    `${PARTS.maximum} until ${time(maximum)}`,
  ].join(', ');
  return (
    <span class="bar" role="img" aria-label={label}>
      <i class="elapsed" style={between(timeline, createdAt, lived)} />
      <i class="remaining" style={between(timeline, lived, expiry)} />
      <i class="maximum" style={between(timeline, expiry, isExpired ? expiry : maximum)} />
      <i class="warning" style={between(timeline, warning, expiry)} />
      <i class="activity" style={{ left: `${position(timeline, lastActivity)}%` }} />
    </span>
  );
}

function between(timeline: Timeline, start: number, end: number): CSSProperties {
  const left = position(timeline, start);
  return { left: `${left}%`, width: `${Math.max(0, position(timeline, end) - left)}%` };
}

export const Axis = ({ timeline }: { timeline: Timeline }) => (
  <div id="axis" aria-hidden="true">
    {ticks(timeline).map(({ at, hasLabel }, index) => (
      // Ticks have no identity: they move with the clock, and one replaces another.
      // biome-ignore lint/suspicious/noArrayIndexKey: see above
      <i key={index} class="tick" style={{ left: `${position(timeline, at)}%` }}>
        {hasLabel && <span>{clockWithoutSeconds.format(at)}</span>}
      </i>
    ))}
  </div>
);
