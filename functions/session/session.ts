/** A session: who talks to whom, for how long. */
import type { SessionClocks } from './timing.ts';

/** Instants are epoch milliseconds. */
export interface Session extends SessionClocks {
  sessionId: string;
  agentId: string;
  userId: string;
  channelId?: string;
  metadata: Record<string, unknown>;
  renewalCount: number;
}

/** Any version, upper or lower case. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
