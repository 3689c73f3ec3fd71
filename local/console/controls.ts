/** Requests of the page and of scripts to the host: to move its clock, and to respond with faults. */
import * as v from 'valibot';
import { MalformedItem } from '../../functions/session/store/item.ts';
import { computeTiming, MINUTE_MS } from '../../functions/session/timing.ts';
import type { Time } from '../data.ts';
import type { Fault } from '../gateway/faults.ts';
import type { LocalHost } from '../host.ts';
import { findSession } from './sessions.ts';

/** A request that can't be done; the message says why. */
export class InvalidControl extends Error {}

/** The year 9999, in which every session expires at the latest. */
const LAST_INSTANT = Date.UTC(9999, 11, 31);

const CLOCK = v.union([
  v.strictObject({ minutes: v.pipe(v.number(), v.finite(), v.gtValue(0)) }),
  v.strictObject({ sessionId: v.pipe(v.string(), v.nonEmpty()), until: v.picklist(['warning', 'expiry']) }),
]);
const CLOCK_USAGE =
  'Send {"minutes": 10}, or {"sessionId": "fresh", "until": "expiry"} (or "warning"); DELETE goes back to now';

/** API Gateway waits no longer for an integration, in milliseconds. */
const MAX_DELAY_MS = 30_000;

const extent = {
  route: v.optional(v.string()),
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  share: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
};
const FAULT = v.pipe(
  v.union([
    v.strictObject({ fault: v.picklist([429, 500, 503]), ...extent }),
    v.strictObject({
      fault: v.literal('slow'),
      delayMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_DELAY_MS)), 3000),
      ...extent,
    }),
  ]),
  v.check(({ count, share }) => count === undefined || share === undefined),
);
const FAULT_USAGE =
  'Send {"fault": 429, 500, 503 or "slow"}, with "route", "count" or "share" (docs/local-development.md); ' +
  'DELETE ends all faults';

export interface ClockState {
  /** ISO 8601. */
  now: string;
  minutesAhead: number;
}

/** @throws InvalidControl */
export function readClock(host: LocalHost): ClockState {
  const { now, ahead } = movableTime(host);
  return { now: new Date(now()).toISOString(), minutesAhead: Math.round(ahead / 600) / 100 };
}

/** @throws InvalidControl */
export async function moveClock(host: LocalHost, request: unknown): Promise<ClockState> {
  const time = movableTime(host);
  const move = parse(CLOCK, request, CLOCK_USAGE);
  const { instant, sessionId } =
    'minutes' in move
      ? { instant: time.now() + move.minutes * MINUTE_MS, sessionId: undefined }
      : { instant: await instantOf(host, time.now(), move), sessionId: move.sessionId };
  if (instant > LAST_INSTANT) throw new InvalidControl('The clock goes to the year 9999 at most');
  await time.moveTo(instant, sessionId);
  return readClock(host);
}

export async function resetClock(host: LocalHost): Promise<ClockState> {
  await movableTime(host).reset();
  return readClock(host);
}

export interface FaultsState {
  faults: readonly Fault[];
  /** Those that a fault can be for. */
  routes: string[];
}

export const readFaults = ({ stack, faults }: LocalHost): FaultsState => ({
  faults: faults.list,
  routes: stack.routes.map(({ method, path }) => `${method} ${path}`),
});

/** @throws InvalidControl */
export function addFault(host: LocalHost, request: unknown): FaultsState {
  const fault = parse(FAULT, request, FAULT_USAGE);
  const { routes } = readFaults(host);
  if (fault.route !== undefined && !routes.includes(fault.route))
    throw new InvalidControl(`There is no route ${fault.route}; there are ${routes.join(', ')}`);
  host.faults.add(fault);
  return readFaults(host);
}

export function clearFaults(host: LocalHost): FaultsState {
  host.faults.clear();
  return readFaults(host);
}

function movableTime({ time, dynamodb }: LocalHost): Time {
  if (time) return time;
  throw new InvalidControl(`The clock moves only with the embedded DynamoDB, not with ${dynamodb.endpoint}`);
}

async function instantOf(
  host: LocalHost,
  now: number,
  { sessionId, until }: { sessionId: string; until: 'warning' | 'expiry' },
): Promise<number> {
  const session = await findSession(host, sessionId).catch((error) => {
    throw error instanceof MalformedItem ? new InvalidControl(`${sessionId}: ${error.message}`) : error;
  });
  if (!session) throw new InvalidControl(`There is no session ${sessionId}`);
  const { expiresAt } = computeTiming(session, now);
  const warningMs = session.timeoutConfig.warningThresholdMinutes * MINUTE_MS;
  const instant = until === 'expiry' ? expiresAt : expiresAt - warningMs;
  if (instant < now) {
    const what = until === 'expiry' ? 'It expired' : 'Its warning was due';
    throw new InvalidControl(`${what} at ${new Date(instant).toISOString()}, which has passed`);
  }
  return instant;
}

function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  request: unknown,
  usage: string,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, request);
  if (success) return output;
  // Of a union, the issues with the value that it has.
  const [issue] = issues
    .flatMap((one) => one.issues ?? [one])
    .filter((one) => one.path && one.received !== 'undefined');
  const where = issue && `${v.getDotPath(issue)}: ${issue.message}. `;
  throw new InvalidControl(`${where ?? ''}${usage}`);
}
