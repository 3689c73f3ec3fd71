/** The limits of one request in DynamoDB, and the deadline of its calls. */
import { CALL_DEADLINE_MS, monotonicNow, withDeadline } from '../../aws/deadlines.ts';

interface Limits {
  milliseconds: number;
  /** Items read by their keys, or written. */
  items?: number;
  /** Bytes that queries and scans look at. */
  bytes?: number;
}

export class Budget {
  readonly #started = monotonicNow();
  readonly #limits: Required<Limits>;
  #items = 0;
  #bytes = 0;

  constructor({ items = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY, milliseconds }: Limits) {
    this.#limits = { items, bytes, milliseconds };
  }

  spend({ items = 0, bytes = 0 }: { items?: number; bytes?: number }): void {
    this.#items += items;
    this.#bytes += bytes;
  }

  get itemsLeft(): number {
    return this.#limits.items - this.#items;
  }

  /** Whether any limit is reached. */
  get isSpent(): boolean {
    return (
      this.itemsLeft <= 0 || this.#bytes >= this.#limits.bytes || this.#elapsed >= this.#limits.milliseconds
    );
  }

  /** Makes a call that ends with the request's deadline, which is beyond its budget. */
  call<T>(operation: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(CALL_DEADLINE_MS - this.#elapsed, operation);
  }

  get #elapsed(): number {
    return monotonicNow() - this.#started;
  }
}
