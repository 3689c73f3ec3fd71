/** The bounds that this deployment sets on what clients may ask for. */
import { MAX_TIMEOUT, MIN_TIMEOUT } from '../aws/environment.ts';
import { ELIZAOS_BOUNDS, type TimeoutBounds } from '../session/timeout-config.ts';

export const readTimeoutBounds = (): TimeoutBounds => ({
  minTimeoutMinutes: MIN_TIMEOUT.read() ?? ELIZAOS_BOUNDS.minTimeoutMinutes,
  maxTimeoutMinutes: MAX_TIMEOUT.read() ?? ELIZAOS_BOUNDS.maxTimeoutMinutes,
});
