/** The tests that take too long for `npm test`. */
import { configOf, contractOn, files } from './vitest.config.ts';

export default configOf([files('heavy', ['test/**/*.heavy.ts']), contractOn('jwt'), contractOn('api-key')]);
