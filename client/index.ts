/** What the package exports. */
export type { CallOptions, ClientOptions } from './call.ts';
export {
  type CreateOptions,
  type CreateRequest,
  createSessionsClient,
  type Health,
  type ListQuery,
  type Metadata,
  type Owner,
  type Page,
  type Session,
  type SessionsClient,
  type TimeoutSettings,
} from './client.ts';
export { SessionsApiError } from './error.ts';
export type { SessionState, SessionWatch, WatchEvents, WatchOptions } from './session-watch.ts';
export { watchSession } from './watch.ts';
