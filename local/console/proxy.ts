/** Requests of the page to the API, with the host's own credentials where the page sends none. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalHost } from '../host.ts';
import { SAMPLE_USER_ID } from '../samples.ts';

/** The header with the user for whom a token is made, where users own sessions. */
const USER_HEADER = 'x-console-user';

export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  host: LocalHost,
): Promise<void> {
  const userId = decode(request.headers[USER_HEADER]) ?? SAMPLE_USER_ID;
  const { serviceToken, tokenFor } = host.access;
  // A service's where there are services: it may act on every session. A new one each time: the clock may have moved
  // past the expiry of one before.
  const token = await (serviceToken ? serviceToken() : tokenFor?.(userId));
  const credentials = { ...host.access.caller.headers, ...(token && { authorization: `Bearer ${token}` }) };
  for (const [name, value] of Object.entries(credentials)) {
    if (request.headers[name] !== undefined) continue;
    request.headers[name] = value;
    request.headersDistinct[name] = [value];
  }
  host.access.trust?.(request);
  host.gateway.emit('request', request, response);
}

/** URL-encoded, since headers are limited to Latin-1. */
function decode(value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
