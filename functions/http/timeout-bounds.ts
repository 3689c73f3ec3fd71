/** The bounds that this deployment sets on what clients may ask for. */
import { type Environment, MAX_TIMEOUT, MIN_TIMEOUT } from '../aws/environment.ts';
import { ELIZAOS_BOUNDS, type TimeoutBounds } from '../session/timeout-config.ts';

export const readTimeoutBounds = (environment?: Environment): TimeoutBounds => ({
  minTimeoutMinutes: MIN_TIMEOUT.read(environment) ?? ELIZAOS_BOUNDS.minTimeoutMinutes,
  maxTimeoutMinutes: MAX_TIMEOUT.read(environment) ?? ELIZAOS_BOUNDS.maxTimeoutMinutes,
});
