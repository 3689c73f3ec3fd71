/** What every host of the API must do: cases that are written once and run on each. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { Host } from '../support/hosts.ts';

type Cases = (host: () => Host) => void;

const contracts: { subject: string; cases: Cases }[] = [];

/** Adds cases to the contract. */
export function contract(subject: string, cases: Cases): void {
  contracts.push({ subject, cases });
}

/** What access has no part in, and takes its time. */
const WITHOUT_ACCESS = ['when DynamoDB fails'];

/**
 * Defines all cases of the contract, on one host. @param access whether the host authenticates its callers.
 */
export function describeContract(
  name: string,
  start: () => Promise<Host & { close(): Promise<void> }>,
  access: 'public' | 'authenticated' = 'public',
): void {
  describe(name, () => {
    let host: Host & { close(): Promise<void> };
    beforeAll(async () => {
      host = await start();
    });
    afterEach(() => host.setNow(undefined));
    afterAll(() => host.close());
    for (const { subject, cases } of contracts) {
      if (access === 'authenticated' && WITHOUT_ACCESS.includes(subject)) continue;
      describe(subject, () => cases(() => host));
    }
  });
}
