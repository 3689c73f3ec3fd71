/** Holds answers against openapi.yaml. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import type { Route } from '../../infra/routes.ts';

/** An answer as HTTP shows it; header names in lower case. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The body, parsed. */
  body: unknown;
}

interface Response {
  headers: Record<string, { $ref: string }>;
  content: { 'application/json': { examples: Record<string, { value: unknown }> } };
}

export interface OpenApi {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
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

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The JSON pointer of a route's response. */
export function responsePointer(route: Route, status: number | string): string {
  return `/paths/${escaped(route.path)}/${route.method.toLowerCase()}/responses/${status}`;
}

/** @throws Error when openapi.yaml does not allow this route to answer so. */
export function assertConforms(answer: HttpAnswer, route: Route): void {
  const response = openapi.paths[route.path]?.[route.method.toLowerCase()]?.responses[answer.status];
  if (!response) throw new Error(`openapi.yaml has no ${answer.status} for ${route.method} ${route.path}`);
  const pointer = responsePointer(route, answer.status);
  const found = violations(answer.body, `${pointer}/content/application~1json/schema`);
  for (const [name, { $ref }] of Object.entries(response.headers)) {
    found.push(
      ...violations(answer.headers[name], `${$ref.slice(1)}/schema`).map((why) => `${name}: ${why}`),
    );
  }
  if (answer.headers['content-type'] !== 'application/json')
    found.push('content-type is not application/json');
  if (found.length > 0) throw new Error(`Breaks openapi.yaml: ${found.join('; ')}\n${answer.text}`);
}

/** @throws Error when the body is not the API's error shape. */
export function assertErrorShape({ body, text }: HttpAnswer): void {
  const found = violations(body, '/components/schemas/Error');
  if (found.length > 0) throw new Error(`Not the error shape: ${found.join('; ')}\n${text}`);
}
