/** The contract: cases that run on every host of the API. vitest.config.ts has a project for each host. */
import { afterAll, afterEach, beforeAll, describe, inject } from 'vitest';
import type { AccessKind } from './global-setup.ts';
import { type Host, startDirect, startHttp } from './hosts.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The handlers, called directly, or `npm start`'s host with this access. */
    host: 'direct' | AccessKind;
  }
}

export function contract(subject: string, cases: (host: () => Host) => void): void {
  describe(subject, () => {
    let host: Host & { close(): Promise<void> };
    beforeAll(async () => {
      const kind = inject('host');
      host = await (kind === 'direct' ? startDirect() : startHttp(kind));
    });
    afterEach(() => host.setNow(undefined));
    afterAll(() => host.close());
    cases(() => host);
  });
}
