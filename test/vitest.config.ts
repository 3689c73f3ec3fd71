import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const CONTRACT = 'test/contract/*.test.ts';

const shared = {
  setupFiles: ['test/support/native-json.ts', 'test/support/quiet.ts'],
  hookTimeout: 30_000,
  testTimeout: 30_000,
  // A busy machine is slow; what is waited for comes.
  expect: { poll: { timeout: 12_000 } },
  env: {
    // What Lambda sets for a function; nothing of this machine's own AWS settings gets into a test.
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  },
};

/** The tests that these patterns find, each file once. */
export const files = (name: string, include: string[]): TestProjectConfiguration => ({
  test: { ...shared, name, include, exclude: [CONTRACT] },
});

/** The contract on one kind of host. Faults of DynamoDB are the same whoever calls. */
export const contractOn = (
  host: 'direct' | 'none' | 'api-key' | 'jwt' | 'owner',
): TestProjectConfiguration => ({
  test: {
    ...shared,
    name: host,
    include: [CONTRACT],
    exclude: host === 'direct' || host === 'none' ? [] : ['test/contract/failures.test.ts'],
    provide: { host },
    // A host for each file is enough; modules are loaded once.
    isolate: false,
  },
});

export const configOf = (projects: TestProjectConfiguration[]) =>
  defineConfig({
    test: {
      projects,
      globalSetup: 'test/support/global-setup.ts',
      // Two, also on a machine with two cores: much of the time is spent waiting for processes.
      maxWorkers: 2,
    },
  });

export default configOf([
  files('tests', ['test/**/*.test.ts']),
  contractOn('direct'),
  contractOn('none'),
  contractOn('owner'),
]);
