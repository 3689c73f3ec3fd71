/** The tests that need a browser. */
import { configOf, files } from '../../vitest.config.ts';

export default configOf([files('browser', ['test/**/*.browser.ts'])]);
