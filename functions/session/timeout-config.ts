/** A session's timeout settings, and what applies where a session does not set its own. */

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

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The defaults of this deployment.
 * @throws Error that names the variable, when one is set to anything but whole minutes of 1 or more.
 */
export function timeoutDefaults(environment: Environment): TimeoutConfig {
  const minutes = (field: keyof typeof DEFAULT_VARIABLES): number => {
    const variable = DEFAULT_VARIABLES[field];
    const text = environment[variable];
    if (text === undefined) return ELIZAOS_DEFAULTS[field];
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${variable} must be whole minutes of 1 or more`);
    return Number(text);
  };
  return {
    timeoutMinutes: minutes('timeoutMinutes'),
    autoRenew: ELIZAOS_DEFAULTS.autoRenew,
    maxDurationMinutes: minutes('maxDurationMinutes'),
    warningThresholdMinutes: minutes('warningThresholdMinutes'),
  };
}
