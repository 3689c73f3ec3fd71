/** What every host of the API must do: cases that are written once and run on each. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { Host } from '../support/hosts.ts';

type Cases = (host: () => Host) => void;

const contracts: { subject: string; cases: Cases }[] = [];

/** Adds cases to the contract. */
export function contract(subject: string, cases: Cases): void {
  contracts.push({ subject, cases });
}

/** Defines all cases of the contract, on one host. */
export function describeContract(
  name: string,
  start: () => Promise<Host & { close(): Promise<void> }>,
): void {
  describe(name, () => {
    let host: Host & { close(): Promise<void> };
    beforeAll(async () => {
      host = await start();
    });
    afterEach(() => host.setNow(undefined));
    afterAll(() => host.close());
    for (const { subject, cases } of contracts) describe(subject, () => cases(() => host));
  });
}
