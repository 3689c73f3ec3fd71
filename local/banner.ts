/** The first screen of `npm start`: addresses, and a request to try. */
import { SESSIONS_PATH } from '../infra/routes.ts';
import type { LocalHost } from './host.ts';

/** Of a terminal; less the indent. */
const COLUMNS = 78;

/** @param consoleUrl where the console is served. @param dataDirectory where the data is, if not in memory. */
export function banner(
  { url, stack, dynamodb, access, samples }: LocalHost,
  consoleUrl: string,
  dataDirectory: string | undefined,
): string[] {
  const base = `${url}${SESSIONS_PATH}`;
  const where = dynamodb.isEmbedded ? `, in ${dataDirectory ?? 'memory'}` : '';
  const curl = `curl${access.caller.curl}`;
  const address = `${base}/${samples[0]?.sessionId ?? 'health'}`;
  const fits = curl.length + 1 + address.length <= COLUMNS;
  return [
    '',
    `API       ${base}`,
    `Console   ${consoleUrl}  sessions, clock, requests, faults, reference`,
    `DynamoDB  ${dynamodb.endpoint}, table ${stack.tables.map(({ name }) => name).join(', ')}${where}`,
    ...access.caller.notes.map(([name, what]) => `${name.padEnd(9)} ${what}`),
    ...(stack.streams.length > 0
      ? ['Events    appear below, as sessions are created, expire, are deleted']
      : []),
    '',
    ...access.caller.shell,
    ...(fits ? [`${curl} ${address}`] : [`${curl} \\`, `  ${address}`]),
    '',
    'Requests appear below. --help shows the options. Ctrl-C stops it.',
  ];
}
