/** The stack's bounds and defaults of timeouts, for the page's forms. */
import { readTimeoutBounds } from '../../functions/http/timeout-bounds.ts';
import { sessionsTable } from '../../functions/session/store/table.ts';
import { longestDuration, type TimeoutConfig } from '../../functions/session/timeout-config.ts';
import type { LocalHost } from '../host.ts';
import { SAMPLE_AGENT_ID, SAMPLE_USER_ID } from '../samples.ts';

/** The settings in minutes. */
export type Minutes = Exclude<keyof TimeoutConfig, 'autoRenew'>;

export interface Settings {
  bounds: Record<Minutes, readonly [least: number, most: number]>;
  defaults: TimeoutConfig;
  /** Defaults of the form for a new session. */
  userId: string;
  agentId: string;
}

export function readSettings({ functions }: LocalHost): Settings {
  const environment = functions.get('CreateSession')?.definition.environment;
  const bounds = readTimeoutBounds(environment);
  const longest = longestDuration(bounds);
  return {
    bounds: {
      timeoutMinutes: [bounds.minTimeoutMinutes, bounds.maxTimeoutMinutes],
      maxDurationMinutes: [bounds.minTimeoutMinutes, longest],
      warningThresholdMinutes: [1, longest],
    },
    defaults: sessionsTable(environment).settings().defaults,
    userId: SAMPLE_USER_ID,
    agentId: SAMPLE_AGENT_ID,
  };
}
