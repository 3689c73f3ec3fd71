/** Builders of stored items. */

export const AGENT_ID = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
export const USER_ID = '9b2d7c61-8d5e-4a34-b1f7-6c0e5a9d3f12';

export const MINUTE = 60_000;

/**
 * An item with every required attribute, created at `createdAt` and idle since; `overrides` replace or add.
 */
export function sessionItem(
  overrides: Record<string, unknown> = {},
  createdAt = Date.now(),
): Record<string, unknown> {
  const created = new Date(createdAt).toISOString();
  return {
    sessionId: 'session-1',
    agentId: AGENT_ID,
    userId: USER_ID,
    createdAt: created,
    lastActivity: created,
    metadata: { channel: 'web' },
    timeoutConfig: {
      timeoutMinutes: 30,
      autoRenew: true,
      maxDurationMinutes: 720,
      warningThresholdMinutes: 5,
    },
    renewalCount: 0,
    ...overrides,
  };
}

/** An item without the named attribute. */
export function without(item: Record<string, unknown>, attribute: string): Record<string, unknown> {
  const { [attribute]: _removed, ...rest } = item;
  return rest;
}
