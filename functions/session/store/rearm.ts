/** Marks a session that will expire earlier than its timer knows, for the stream's filter (infra/events). */
import { computeExpiry } from '../timing.ts';
import { type Changes, changedSettings } from './update.ts';

/** "0" or "1": the table's stream is filtered for its change. Only a PATCH of timeouts writes it. */
export const REARM_ATTRIBUTE = 'rearm';

export const changedTimeouts: Changes = (before, after, item) => ({
  ...changedSettings(before, after, item),
  ...(computeExpiry(after) < computeExpiry(before) && {
    [REARM_ATTRIBUTE]: { S: item[REARM_ATTRIBUTE]?.S === '1' ? '0' : '1' },
  }),
});
