/** Holds responses against openapi.yaml. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import type { Route } from '../../infra/routes.ts';

/** A response as HTTP shows it; header names in lower case. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The body, parsed. */
  body: unknown;
}

interface Response {
  headers?: Record<string, { $ref: string }>;
  content: { 'application/json': { examples: Record<string, Example | Reference> } };
}

interface Example {
  value: unknown;
}

interface Reference {
  $ref: string;
}

interface Operation {
  responses: Record<string, Response | Reference>;
  parameters?: ({ name: string; in: string; example: unknown } | Reference)[];
  requestBody?: { content: { 'application/json': { example: object } } };
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: { ErrorResponse: { properties: { error: { properties: { code: { enum: string[] } } } } } };
    parameters: Record<string, { example?: string }>;
  };
}

export const openapi: OpenApi = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'));

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(openapi, 'openapi.yaml');

/** What is wrong with a value, by the schema at a JSON pointer of openapi.yaml; empty when nothing is. */
export function violations(value: unknown, pointer: string): string[] {
  const validate = ajv.getSchema(`openapi.yaml#${pointer}`);
  if (!validate) throw new Error(`openapi.yaml has nothing at ${pointer}`);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'body'} ${message}`);
}

/** What stands at a place of openapi.yaml, behind a reference or not. */
export function resolved<T extends object>(value: T | Reference): T {
  if (!('$ref' in value)) return value;
  const names = value.$ref.split('/').slice(1);
  return names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], openapi) as T;
}

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** A route's response, and the JSON pointer of the schema of its body. */
export function findResponse({ path, method }: Pick<Route, 'path' | 'method'>, status: number | string) {
  const found = openapi.paths[path]?.[method.toLowerCase()]?.responses[status];
  if (!found) throw new Error(`openapi.yaml has no ${status} for ${method} ${path}`);
  const pointer =
    '$ref' in found
      ? found.$ref.slice(1)
      : `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}`;
  return { response: resolved(found), schema: `${pointer}/content/application~1json/schema` };
}

/** @throws Error when openapi.yaml does not allow this response of the route. */
export function assertConforms(answer: HttpResponse, route: Pick<Route, 'path' | 'method'>): void {
  const { response, schema } = findResponse(route, answer.status);
  const found = violations(answer.body, schema);
  for (const [name, { $ref }] of Object.entries(response.headers ?? {})) {
    found.push(
      ...violations(answer.headers[name], `${$ref.slice(1)}/schema`).map((why) => `${name}: ${why}`),
    );
  }
  if (answer.headers['content-type'] !== 'application/json')
    found.push('content-type is not application/json');
  if (found.length > 0) throw new Error(`Breaks openapi.yaml: ${found.join('; ')}\n${answer.text}`);
}

/** @throws Error when the body is not that of API Gateway's own errors. */
export function assertGatewayError({ body, text }: HttpResponse): void {
  const found = violations(body, '/components/schemas/GatewayError');
  if (found.length > 0) throw new Error(`Not an error of API Gateway: ${found.join('; ')}\n${text}`);
}
