/** The functions that the bench measures. */
import { AUTHORIZER } from '../../../infra/api/auth.ts';
import { routes } from '../../../infra/routes.ts';

/** What has an event to be measured with: all routes but the messages', which do nothing, and the authorizer. */
export const MEASURED: ReadonlyMap<string, string> = new Map([
  ...routes.filter(({ id }) => id !== 'RefuseMessages').map(({ id, file }) => [id, file] as const),
  [AUTHORIZER.id, AUTHORIZER.file],
]);
