/**
 * The memory of each function, in MB: it decides the share of a CPU, a whole one at 1769. Chosen from what `npm run
 * bench` shows of requests 2 to 12 of a sandbox, whose code V8 still compiles: on a processor half as fast as the
 * bench's they do not wait for the share of the next 20 ms. Medians in ms on such a processor:
 *
 *                      256    512   1024
 *   GetSession        38.4    4.8    4.6
 *   HeartbeatSession  59.6   19.6    5.6
 *   AuthorizeApiKey    1.2    1.1    1.1
 */
import type { Route } from '../routes.ts';

const WITH_TABLE = 1024;
const WITHOUT_TABLE = 256;

export const memoryOf = ({ tableActions }: Pick<Route, 'tableActions'>): number =>
  tableActions.length > 0 ? WITH_TABLE : WITHOUT_TABLE;
