/** Whether pages can meet WCAG 2.2.1, "Timing Adjustable" (Level A), with a deployment's timeouts. */
import type { Timeouts } from './props.ts';

/** It asks for at least ten extensions, or for more than 20 hours. */
const EXTENSIONS = 10;
const EXEMPT_MINUTES = 20 * 60;

export const canExtend = ({
  timeoutMinutes,
  maxDurationMinutes,
}: Pick<Required<Timeouts>, 'timeoutMinutes' | 'maxDurationMinutes'>): boolean =>
  maxDurationMinutes >= EXTENSIONS * timeoutMinutes || maxDurationMinutes >= EXEMPT_MINUTES;

export const EXTENSION_ADVICE = `WCAG 2.2.1 lets users extend a time limit ${EXTENSIONS} times: make maxDurationMinutes at least ${EXTENSIONS} times timeoutMinutes, or ${EXEMPT_MINUTES}`;
