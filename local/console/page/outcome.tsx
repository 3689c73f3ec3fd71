/** What came of an action, beside the control that caused it. */
import type { Outcome } from './host.ts';

/** Always there, so that screen readers announce its text. */
export const OutcomeLine = ({ outcome }: { outcome: Outcome | undefined }) => (
  <p class={outcome && !outcome.isGood ? 'outcome failed' : 'outcome'} role="status">
    {outcome?.text}
  </p>
);
