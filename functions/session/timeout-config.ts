/** A session's timeout settings, their defaults, and the bounds for clients. */
/** Durations are whole minutes. */
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

/** The range of the idle timeout that a client may set, in minutes. */
export interface TimeoutBounds {
  minTimeoutMinutes: number;
  maxTimeoutMinutes: number;
}

/** elizaOS's own bounds of an idle timeout. */
export const ELIZAOS_BOUNDS: Readonly<TimeoutBounds> = { minTimeoutMinutes: 5, maxTimeoutMinutes: 1440 };

/** A maximum duration may be this many times the longest idle timeout. */
export const MAX_DURATION_FACTOR = 2;

export const longestDuration = (bounds: TimeoutBounds): number =>
  MAX_DURATION_FACTOR * bounds.maxTimeoutMinutes;

/**
 * `config` with the settings of `patch`. A changed timeout beyond the maximum duration raises the maximum, unless
 * the patch sets one. (In elizaOS a session with a timeout of 1440 minutes ends at its maximum of 720.)
 */
export function mergeTimeoutConfig(config: TimeoutConfig, patch: Partial<TimeoutConfig>): TimeoutConfig {
  const merged = { ...config, ...patch };
  if (patch.maxDurationMinutes !== undefined || merged.timeoutMinutes === config.timeoutMinutes)
    return merged;
  return { ...merged, maxDurationMinutes: Math.max(merged.maxDurationMinutes, merged.timeoutMinutes) };
}
