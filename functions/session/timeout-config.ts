/**
 * A session's timeout settings, what applies where a session does not set its own, and what clients may ask
 * for.
 */
/** Durations are whole minutes; a session's clocks are explained in timing.ts. */
export interface TimeoutConfig {
  timeoutMinutes: number;
  autoRenew: boolean;
  maxDurationMinutes: number;
  warningThresholdMinutes: number;
}

/** elizaOS's own defaults (its Sessions API documentation), so that a session means the same here. */
export const ELIZAOS_DEFAULTS: Readonly<TimeoutConfig> = {
  timeoutMinutes: 30,
  autoRenew: true,
  maxDurationMinutes: 720,
  warningThresholdMinutes: 5,
};

/** The least and the most of each duration that a client may ask for, in minutes. */
export interface TimeoutBounds {
  minTimeoutMinutes: number;
  maxTimeoutMinutes: number;
}

/** elizaOS's own bounds of an idle timeout. */
export const ELIZAOS_BOUNDS: Readonly<TimeoutBounds> = { minTimeoutMinutes: 5, maxTimeoutMinutes: 1440 };

/** A maximum duration may be this many times the longest idle timeout. */
export const MAX_DURATION_FACTOR = 2;

/**
 * `config` with the settings that `patch` names. A timeout that changes and lies beyond the maximum duration
 * raises it, unless the patch names a maximum itself: elizaOS leaves a session of 1440 minutes that dies at
 * 720.
 */
export function mergeTimeoutConfig(config: TimeoutConfig, patch: Partial<TimeoutConfig>): TimeoutConfig {
  const merged = { ...config, ...patch };
  if (patch.maxDurationMinutes !== undefined || merged.timeoutMinutes === config.timeoutMinutes)
    return merged;
  return { ...merged, maxDurationMinutes: Math.max(merged.maxDurationMinutes, merged.timeoutMinutes) };
}
