import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { STREAM_FILTERS } from '../../../infra/events/stream-filters.ts';
import { matches } from '../../../local/events/pattern.ts';
import { sessionItem } from '../../support/session-item.ts';

const item = (fields: object = {}) => marshall(sessionItem({ ...fields }));

const passes = (before: object | undefined, after: object | undefined): boolean => {
  const record = {
    eventName: !before ? 'INSERT' : after ? 'MODIFY' : 'REMOVE',
    dynamodb: { ...(before && { OldImage: before }), ...(after && { NewImage: after }) },
  };
  return STREAM_FILTERS.some((filter) => matches(filter, record));
};

describe("the stream's filters", () => {
  it('let through new and removed items, with and without the mark', () => {
    for (const rearm of [{}, { rearm: '0' }, { rearm: '1' }]) {
      expect(passes(undefined, item(rearm))).toBe(true);
      expect(passes(item(rearm), undefined)).toBe(true);
    }
  });

  it.each([
    [{}, { rearm: '0' }],
    [{}, { rearm: '1' }],
    [{ rearm: '0' }, { rearm: '1' }],
    [{ rearm: '1' }, { rearm: '0' }],
  ])('let through a mark that changes from %j to %j', (before, after) => {
    expect(passes(item(before), item({ ...after, renewalCount: 3 }))).toBe(true);
  });

  it('stop heartbeats, renewals and changes of metadata', () => {
    for (const rearm of [{}, { rearm: '0' }, { rearm: '1' }]) {
      expect(passes(item(rearm), item({ ...rearm, renewalCount: 1, version: 2 }))).toBe(false);
      expect(passes(item(rearm), item({ ...rearm, metadata: { rearm: '1' } }))).toBe(false);
    }
  });

  it('are five at most, as many as Lambda accepts without a higher quota', () => {
    expect(STREAM_FILTERS.length).toBeLessThanOrEqual(5);
  });
});
