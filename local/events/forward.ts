/** Posts events to a program on this machine: `--events-to`. */
import type { BusEvent } from './event-bus.ts';

/** How long the program may take to respond, in milliseconds. */
const TIMEOUT_MS = 5_000;

/** Posts one after the other, each once, in the form in which a rule's target receives it. */
export function forwarder(url: string, report: (line: string) => void): (event: BusEvent) => void {
  let posting = Promise.resolve();
  return (event) => {
    posting = posting.then(async () => {
      try {
        const response = await fetch(url, {
          method: 'POST',
          // To another machine, perhaps.
          redirect: 'error',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(event),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await response.body?.cancel();
        if (!response.ok) report(`--events-to ${url}: ${response.status} for ${event['detail-type']}`);
      } catch (error) {
        const { message, cause } = error as Error;
        report(`--events-to ${url}: ${cause instanceof Error ? cause.message : message}`);
      }
    });
  };
}
