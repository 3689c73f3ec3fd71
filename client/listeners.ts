/** The listeners of a watch. */
import type { SessionState, WatchEvents } from './session-watch.ts';

type Listener = (state: SessionState) => void;

export class Listeners {
  readonly #byEvent = new Map<keyof WatchEvents, Set<Listener>>();

  /** @returns a function that removes the listener. */
  add(event: keyof WatchEvents, listener: Listener): () => void {
    // Each of its own: the same function may be added twice.
    const own: Listener = (state) => listener(state);
    const others = this.#byEvent.get(event) ?? new Set();
    this.#byEvent.set(event, others.add(own));
    return () => void others.delete(own);
  }

  emit(event: keyof WatchEvents, state: SessionState): void {
    for (const listener of [...(this.#byEvent.get(event) ?? [])]) {
      try {
        listener(state);
      } catch (error) {
        // The listener's fault, and not the watch's end.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    for (const listeners of this.#byEvent.values()) listeners.clear();
  }
}
