/**
 * The records that invoke PublishEvents: created and removed sessions, and those marked by a changed `rearm`.
 * Heartbeats and renewals, the bulk of all writes, don't invoke it.
 */
import { REARM_ATTRIBUTE } from '../../functions/session/store/rearm.ts';

const rearm = (before: object[] | string[], after: object[] | string[]) => ({
  eventName: ['MODIFY'],
  dynamodb: {
    OldImage: { [REARM_ATTRIBUTE]: { S: before } },
    NewImage: { [REARM_ATTRIBUTE]: { S: after } },
  },
});

/** Filters can't compare attributes and match leaves only: each transition is listed. */
export const STREAM_FILTERS = [
  { eventName: ['INSERT', 'REMOVE'] },
  rearm([{ exists: false }], [{ exists: true }]),
  rearm(['0'], ['1']),
  rearm(['1'], ['0']),
];
