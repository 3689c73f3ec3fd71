/** The outcome of an action, beside its control. */
import type { Outcome } from './host.ts';

/** Rendered even when empty: screen readers announce changes of an existing live region. */
export const OutcomeLine = ({ outcome }: { outcome: Outcome | undefined }) => (
  <p class={outcome && !outcome.isGood ? 'outcome failed' : 'outcome'} role="status">
    {outcome?.text}
  </p>
);
