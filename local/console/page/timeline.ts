/** Where instants are on the timeline, which moves with the clock. Instants are epoch milliseconds. */
import type { StoredSession } from '../sessions.ts';

const MINUTE_MS = 60_000;

/** The last instant that a Date can be; other programs may store longer durations. */
const LAST_INSTANT = 8.64e15;

/** Where now is, as a share of the width. */
const NOW_SHARE = 0.4;

/** Ranges by minutes: their names, and the minutes between ticks. Every other tick has a label. */
export const RANGES = {
  30: { name: '30 minutes', tick: 5 },
  120: { name: '2 hours', tick: 15 },
  1440: { name: '1 day', tick: 180 },
} as const;
export type Range = keyof typeof RANGES;

export interface Timeline {
  now: number;
  from: number;
  length: number;
  /** Between ticks, in milliseconds. */
  tick: number;
}

export function timelineAt(now: number, range: Range): Timeline {
  const length = range * MINUTE_MS;
  return { now, from: now - length * NOW_SHARE, length, tick: RANGES[range].tick * MINUTE_MS };
}

/** In percent of the width, within it. */
export const position = ({ from, length }: Timeline, instant: number): number =>
  Math.min(100, Math.max(0, ((instant - from) / length) * 100));

/**
 * The instants of the ticks: round ones of the local time.
 * @param offset minutes that UTC is ahead of the local time.
 */
export function ticks({ from, length, tick }: Timeline, offset = new Date(from).getTimezoneOffset()): Tick[] {
  const shift = offset * MINUTE_MS;
  const found: Tick[] = [];
  for (let at = Math.ceil((from - shift) / tick) * tick; at + shift <= from + length; at += tick)
    found.push({ at: at + shift, hasLabel: (at / tick) % 2 === 0 });
  return found;
}

export interface Tick {
  at: number;
  hasLabel: boolean;
}

/** The instants of a session's life. */
export interface Life {
  createdAt: number;
  lastActivity: number;
  warning: number;
  expiry: number;
  maximum: number;
}

export function lifeOf({ createdAt, lastActivity, expiresAt, timeoutConfig }: StoredSession): Life {
  const [created, expiry] = [Date.parse(createdAt), Date.parse(expiresAt)];
  const { warningThresholdMinutes, maxDurationMinutes } = timeoutConfig;
  return {
    createdAt: created,
    lastActivity: Date.parse(lastActivity),
    warning: Math.max(created, expiry - warningThresholdMinutes * MINUTE_MS),
    expiry,
    maximum: Math.min(LAST_INSTANT, created + maxDurationMinutes * MINUTE_MS),
  };
}

/** A session's state by the page's clock: it may have changed since the session was read. */
export function stateAt(now: number, { warning, expiry }: Life): 'active' | 'near expiry' | 'expired' {
  if (expiry <= now) return 'expired';
  return warning <= now ? 'near expiry' : 'active';
}

/** Hours, minutes and seconds until the expiry, or since; days from the fourth on. */
export function remainingAt(now: number, { expiry }: Life): string {
  const seconds = Math.floor(Math.abs(expiry - now) / 1000);
  const hours = Math.floor(seconds / 3600);
  const parts = [hours, Math.floor(seconds / 60) % 60, seconds % 60];
  const text =
    hours < 72
      ? parts.map((part) => String(part).padStart(2, '0')).join(':')
      : `${Math.floor(hours / 24).toLocaleString()} days`;
  return expiry <= now ? `${text} ago` : text;
}
