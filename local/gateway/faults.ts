/** Faults on demand, as a client meets them behind API Gateway. */

/**
 * 429: throttled, no function runs. 500: the function could not be run. 503: the function has run, and its
 * response came too late. `slow`: its response comes later.
 */
type FaultKind = { fault: 429 | 500 | 503 } | { fault: 'slow' /** How much later. */; delayMs: number };

export type Fault = FaultKind & {
  /** `GET /api/messaging/sessions/{sessionId}`; undefined is every route. */
  route?: string | undefined;
  /** The next so many requests. */
  count?: number | undefined;
  /** Of the requests, more than 0 and at most 1. Without `count` and `share` all of them. */
  share?: number | undefined;
};

export class Faults {
  #faults: Fault[] = [];
  readonly #random: () => number;

  /** @param random from 0 to below 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  get list(): readonly Fault[] {
    return this.#faults;
  }

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault that a request to this route meets. */
  take(routeKey: string): Fault | undefined {
    const fault = this.#faults.find(
      ({ route, share = 1 }) => (route ?? routeKey) === routeKey && this.#random() < share,
    );
    if (fault?.count !== undefined) {
      fault.count -= 1;
      if (fault.count === 0) this.#faults = this.#faults.filter((one) => one !== fault);
    }
    return fault;
  }
}
