/** The client's types of the API, from openapi.yaml. `npm run build` writes them to client/api.ts. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { parse } from 'yaml';

const OPENAPI = new URL('../../openapi.yaml', import.meta.url);

/** Where they are written. */
export const API = fileURLToPath(new URL('../api.ts', import.meta.url));

/** The schemas that the client's methods take and return. */
const SCHEMAS = [
  'CreateRequest',
  'DeletedSessions',
  'Health',
  'MetadataPatch',
  'SessionInfo',
  'SessionList',
  'TimeoutSettings',
];

export async function generateTypes(): Promise<string> {
  const { components } = parse(readFileSync(OPENAPI, 'utf8')) as { components: { schemas: object } };
  const schema = {
    ...{ $id: 'Schemas', type: 'object', additionalProperties: false, required: SCHEMAS },
    properties: Object.fromEntries(SCHEMAS.map((name) => [name, { $ref: `#/components/schemas/${name}` }])),
    components,
  } as unknown as JSONSchema;
  return compile(schema, 'Schemas', {
    bannerComment: '/** Generated from openapi.yaml by `npm run build`. */',
    format: true,
    style: { singleQuote: true, printWidth: 110 },
    additionalProperties: false,
  });
}
