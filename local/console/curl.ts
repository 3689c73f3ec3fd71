/** Requests as commands for a POSIX shell, with credentials of this host. */
import { SESSIONS_PATH } from '../../infra/routes.ts';
import type { Access } from '../access.ts';
import type { RequestRecord } from '../gateway/request-record.ts';
import type { LocalHost } from '../host.ts';

/** Headers of a request that change what it does. */
const HEADERS = ['content-type', 'idempotency-key'];

type Host = Pick<LocalHost, 'url' | 'access'>;

/** Reads a session, as its user or as a service. */
export const toReadCommand = (host: Host, sessionId: string, userId: string): string =>
  [
    ...credentialLines(host.access, host.access.serviceToken ? undefined : userId),
    `curl${host.access.caller.curl} ${quote(`${host.url}${SESSIONS_PATH}/${encodeURIComponent(sessionId)}`)}`,
  ].join('\n');

/** Repeats a request as the same caller. */
export function toCommand(
  host: Host,
  { method, exchange }: Pick<RequestRecord, 'method' | 'exchange'>,
  body: string,
): string {
  const { headers } = exchange;
  const { caller, key } = host.access;
  // curl signs the query as written; API Gateway signs it sorted by name.
  const target = key ? sorted(exchange.target) : exchange.target;
  const url = `${host.url}${target}`;
  return [
    ...credentialLines(host.access, ownerOf(host.access, headers.authorization)),
    [
      `curl${caller.curl}`,
      ...(method === 'HEAD' ? ['--head'] : method === 'GET' && body === '' ? [] : ['-X', method]),
      // Otherwise curl expands brackets into several URLs.
      ...(/[[\]{}]/.test(url) ? ['--globoff'] : []),
      ...HEADERS.flatMap((name) => (headers[name] ? ['-H', quote(`${name}: ${headers[name]}`)] : [])),
      ...(body === '' ? [] : ['--data-raw', quote(body)]),
      quote(url),
    ].join(' '),
  ].join('\n');
}

/** @param userId undefined for a service, or where sessions have no owners. */
function credentialLines({ caller, tokenUrl, ownerClaim, serviceToken }: Access, userId?: string): string[] {
  if (tokenUrl === undefined || ownerClaim === undefined) return caller.shell;
  if (userId !== undefined)
    return [`token=$(curl -s ${quote(`${tokenUrl}?userId=${encodeURIComponent(userId)}`)})`];
  return serviceToken ? [`token=$(curl -s '${tokenUrl}?service')`] : caller.shell;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The user named by the token. The gateway has verified it, or rejected the request. */
function ownerOf({ ownerClaim }: Access, authorization = ''): string | undefined {
  if (ownerClaim === undefined) return undefined;
  try {
    const [, payload = ''] = authorization.split('.');
    const owner = JSON.parse(Buffer.from(payload, 'base64url').toString())[ownerClaim];
    return typeof owner === 'string' ? owner : undefined;
  } catch {
    return undefined;
  }
}

function sorted(target: string): string {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  return query === '' ? path : `${path}?${query.split('&').sort().join('&')}`;
}
