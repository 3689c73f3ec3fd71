import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    setupFiles: ['test/support/native-json.ts', 'test/support/quiet.ts'],
    // Two, also on a machine with two cores: much of the time is spent waiting for processes and time-outs.
    maxWorkers: 2,
    hookTimeout: 30_000,
    testTimeout: 30_000,
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
  },
});
