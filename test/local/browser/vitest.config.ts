/** The tests that need a browser. */
import { defineConfig } from 'vitest/config';
import config from '../../vitest.config.ts';

export default defineConfig({ ...config, test: { ...config.test, include: ['test/**/*.browser.ts'] } });
