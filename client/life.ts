/** The state of a watched session, and the events of its changes. */
import type { Session } from './client.ts';
import { Countdown } from './countdown.ts';
import type { Environment } from './environment.ts';
import { Listeners } from './listeners.ts';
import type { SessionState, WatchEvents } from './session-watch.ts';

export class Life {
  readonly listeners = new Listeners();
  readonly countdown: Countdown;
  readonly #environment: Environment;
  readonly #warnBefore: number | undefined;
  #isWarned = false;
  state: SessionState = { status: 'loading', session: undefined, remaining: 0 };
  /** When the API was last heard of, or missed, on the monotonic clock. */
  heardAt: number;
  /** Failures since the last response. */
  failures = 0;

  /** @param warnBefore milliseconds; undefined for the session's own warning threshold. */
  constructor(environment: Environment, warnBefore: number | undefined) {
    this.#environment = environment;
    this.#warnBefore = warnBefore;
    this.countdown = new Countdown(environment);
    this.heardAt = environment.now();
  }

  get isEnded(): boolean {
    return this.state.status === 'expired' || this.state.status === 'gone';
  }

  get isWarningDue(): boolean {
    const { session } = this.state;
    return session !== undefined && this.#isWithinWarning(session);
  }

  /** @param at when it was asked for. */
  see(seen: Session, at: number): void {
    const { session: before } = this.state;
    const isSame = before?.sessionId === seen.sessionId;
    // Nothing revives an ended session.
    if (this.isEnded && isSame) return;
    this.heardAt = this.#environment.now();
    this.failures = 0;
    // Responses may come out of order.
    const session = isSame && isOlder(seen, before) ? before : seen;
    const isRenewed = isSame && Date.parse(session.expiresAt) > Date.parse(before.expiresAt);
    if (session === seen) this.countdown.start(session.timeRemaining, at);
    const isNear = this.#isWithinWarning(session);
    const isNewlyNear = isNear && !(isSame && this.#isWarned);
    this.#isWarned = isNear;
    const { remaining } = this.countdown;
    this.#become(
      { status: isNear ? 'near' : 'active', session, remaining },
      ...(isRenewed ? (['renewed'] as const) : []),
      ...(isNewlyNear ? (['near'] as const) : []),
    );
  }

  end(status: 'expired' | 'gone'): void {
    if (!this.isEnded) this.#become({ status, session: this.state.session, remaining: 0 }, status);
  }

  /** The API can't be reached. */
  miss(error: unknown): void {
    if (this.isEnded) return;
    this.failures++;
    this.heardAt = this.#environment.now();
    const { remaining } = this.countdown;
    this.#become({ status: 'unknown', session: this.state.session, remaining, error });
  }

  /** Time has passed. */
  tick(): void {
    const { remaining } = this.countdown;
    if (remaining !== this.state.remaining) this.#become({ ...this.state, remaining });
  }

  #isWithinWarning({ timeoutConfig }: Session): boolean {
    const threshold = this.#warnBefore ?? timeoutConfig.warningThresholdMinutes * 60_000;
    return this.countdown.remaining <= threshold;
  }

  #become(next: SessionState, ...events: (keyof WatchEvents)[]): void {
    this.state = next;
    for (const event of [...events, 'change'] as const) this.listeners.emit(event, next);
  }
}

/** Each renewal counts one, and moves the activity. */
const isOlder = (session: Session, than: Session): boolean =>
  session.createdAt === than.createdAt &&
  (session.renewalCount < than.renewalCount ||
    Date.parse(session.lastActivity) < Date.parse(than.lastActivity));
