import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startTestHost } from '../../support/hosts.ts';
import { authorizerTarget, targets, toServer } from './targets.ts';

/** Of each target, with a seed of its own at each run; a failure prints how to repeat it. */
const CASES = 50;

type Started = Awaited<ReturnType<typeof startTestHost>>;

describe('whatever is sent, it is returned in shape and tells nothing of what is inside', () => {
  let open: Started;
  let closed: Started;
  beforeAll(async () => {
    open = await startTestHost();
    closed = await startTestHost({ access: 'api-key' });
  });
  afterAll(async () => {
    await open.close();
    await closed.close();
  });

  it.each(targets)('$name', async ({ property }) => {
    await fc.assert(property(toServer(open.host)), { numRuns: CASES });
  });

  it(`${authorizerTarget.name} lets nobody in`, async () => {
    await fc.assert(authorizerTarget.property(toServer(closed.host)), { numRuns: CASES });
  });
});
