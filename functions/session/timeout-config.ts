/** A session's timeout settings, what applies where a session does not set its own, and what clients may ask for. */
import { LoggableError } from '../observability/loggable-error.ts';

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

/** The environment variables that replace a default, with elizaOS's names. */
export const DEFAULT_VARIABLES = {
  timeoutMinutes: 'SESSION_DEFAULT_TIMEOUT_MINUTES',
  maxDurationMinutes: 'SESSION_MAX_DURATION_MINUTES',
  warningThresholdMinutes: 'SESSION_WARNING_THRESHOLD_MINUTES',
} as const satisfies Partial<Record<keyof TimeoutConfig, string>>;

/** The least and the most of each duration that a client may ask for, in minutes. */
export interface TimeoutBounds {
  minTimeoutMinutes: number;
  maxTimeoutMinutes: number;
}

/** elizaOS's own bounds of an idle timeout. */
export const ELIZAOS_BOUNDS: Readonly<TimeoutBounds> = { minTimeoutMinutes: 5, maxTimeoutMinutes: 1440 };

/** The environment variables that replace a bound, with elizaOS's names. */
export const BOUND_VARIABLES = {
  minTimeoutMinutes: 'SESSION_MIN_TIMEOUT_MINUTES',
  maxTimeoutMinutes: 'SESSION_MAX_TIMEOUT_MINUTES',
} as const satisfies Record<keyof TimeoutBounds, string>;

/** A maximum duration may be this many times the longest idle timeout. */
export const MAX_DURATION_FACTOR = 2;

/**
 * `config` with the settings that `patch` names. A timeout that changes and lies beyond the maximum duration raises it, unless
 * the patch names a maximum itself: elizaOS leaves a session of 1440 minutes that dies at 720.
 */
export function mergeTimeoutConfig(config: TimeoutConfig, patch: Partial<TimeoutConfig>): TimeoutConfig {
  const merged = { ...config, ...patch };
  if (patch.maxDurationMinutes !== undefined || merged.timeoutMinutes === config.timeoutMinutes)
    return merged;
  return { ...merged, maxDurationMinutes: Math.max(merged.maxDurationMinutes, merged.timeoutMinutes) };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The defaults of this deployment.
 * @throws Error that names the variable, when one is set to anything but whole minutes of 1 or more.
 */
export function timeoutDefaults(environment: Environment): TimeoutConfig {
  return {
    timeoutMinutes: minutes(environment, DEFAULT_VARIABLES.timeoutMinutes, ELIZAOS_DEFAULTS.timeoutMinutes),
    autoRenew: ELIZAOS_DEFAULTS.autoRenew,
    maxDurationMinutes: minutes(
      environment,
      DEFAULT_VARIABLES.maxDurationMinutes,
      ELIZAOS_DEFAULTS.maxDurationMinutes,
    ),
    warningThresholdMinutes: minutes(
      environment,
      DEFAULT_VARIABLES.warningThresholdMinutes,
      ELIZAOS_DEFAULTS.warningThresholdMinutes,
    ),
  };
}

/** The bounds of this deployment. @throws Error as timeoutDefaults does. */
export function timeoutBounds(environment: Environment): TimeoutBounds {
  const bound = (name: keyof TimeoutBounds) =>
    minutes(environment, BOUND_VARIABLES[name], ELIZAOS_BOUNDS[name]);
  return { minTimeoutMinutes: bound('minTimeoutMinutes'), maxTimeoutMinutes: bound('maxTimeoutMinutes') };
}

function minutes(environment: Environment, variable: string, byDefault: number): number {
  const text = environment[variable];
  if (text === undefined) return byDefault;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new LoggableError(`${variable} must be whole minutes of 1 or more`);
  return Number(text);
}
