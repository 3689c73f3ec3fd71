/** Builders of stored items. */

import { ELIZAOS_DEFAULTS } from '../../functions/session/timeout-config.ts';
import { MINUTE_MS } from '../../functions/session/timing.ts';
import { SAMPLE_AGENT_ID, SAMPLE_USER_ID } from '../../local/samples.ts';

export { MINUTE_MS as MINUTE, SAMPLE_AGENT_ID as AGENT_ID, SAMPLE_USER_ID as USER_ID };

/** An item with every required attribute, created at `createdAt`; `overrides` replace or add. */
export function sessionItem(
  overrides: Record<string, unknown> = {},
  createdAt = Date.now(),
): Record<string, unknown> {
  const created = new Date(createdAt).toISOString();
  return {
    sessionId: 'session-1',
    agentId: SAMPLE_AGENT_ID,
    userId: SAMPLE_USER_ID,
    createdAt: created,
    lastActivity: created,
    metadata: { channel: 'web' },
    timeoutConfig: { ...ELIZAOS_DEFAULTS },
    renewalCount: 0,
    ...overrides,
  };
}

/** An item without the named attribute. */
export function without(item: Record<string, unknown>, attribute: string): Record<string, unknown> {
  const { [attribute]: _removed, ...rest } = item;
  return rest;
}
