/**
 * Which records of the table's stream invoke PublishEvents: of sessions that were created or removed, and of those
 * marked to expire earlier. Heartbeats and renewals, most of all writes, cost nothing.
 */
import { REARM_ATTRIBUTE } from '../../functions/session/store/rearm.ts';

const rearm = (before: object[] | string[], after: object[] | string[]) => ({
  eventName: ['MODIFY'],
  dynamodb: {
    OldImage: { [REARM_ATTRIBUTE]: { S: before } },
    NewImage: { [REARM_ATTRIBUTE]: { S: after } },
  },
});

/** Filters can't compare two attributes, and match leaves alone: each change of the mark is spelled out. */
export const STREAM_FILTERS = [
  { eventName: ['INSERT', 'REMOVE'] },
  rearm([{ exists: false }], [{ exists: true }]),
  rearm(['0'], ['1']),
  rearm(['1'], ['0']),
];
