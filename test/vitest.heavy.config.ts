/** The tests that take too long for `npm test`. */
import { defineConfig } from 'vitest/config';
import config from './vitest.config.ts';

export default defineConfig({ ...config, test: { ...config.test, include: ['test/**/*.heavy.ts'] } });
