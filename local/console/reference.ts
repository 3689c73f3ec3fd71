/** openapi.yaml for this host: its routes, its server, a session that is there, and no credentials to type. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { LocalHost } from '../host.ts';

export async function reference({ stack, access }: LocalHost): Promise<object> {
  const spec = parse(await readFile(new URL('../../openapi.yaml', import.meta.url), 'utf8'));
  const served = stack.routes.map(({ method, path }) => `${method.toLowerCase()} ${path}`);
  for (const [path, operations] of Object.entries<Record<string, object>>(spec.paths))
    for (const method of Object.keys(operations))
      if (method !== 'parameters' && !served.includes(`${method} ${path}`)) delete operations[method];
  delete spec.security;
  spec.components.securitySchemes = {};
  spec.components.parameters.SessionId.example = 'fresh';
  spec.components.parameters.IdempotencyKey.example = 'a-new-one-for-each-request';
  // Whose credentials this server sends.
  const description = access.serviceToken ? 'npm start, called as a service' : 'npm start';
  return { ...spec, servers: [{ url: '/', description }] };
}
