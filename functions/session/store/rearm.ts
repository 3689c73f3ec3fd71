/** Marks a session whose expiry has moved earlier than its timer, for the stream's filter (infra/events). */
import { computeExpiry } from '../timing.ts';
import { type Changes, changedSettings } from './update.ts';

/** "0" or "1"; the stream's filter passes changes of it. Only a PATCH of timeouts writes it. */
export const REARM_ATTRIBUTE = 'rearm';

export const changedTimeouts: Changes = (before, after, item) => ({
  ...changedSettings(before, after, item),
  ...(computeExpiry(after) < computeExpiry(before) && {
    [REARM_ATTRIBUTE]: { S: item[REARM_ATTRIBUTE]?.S === '1' ? '0' : '1' },
  }),
});
