import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCursor } from '../../functions/http/cursor.ts';
import { methodsOf, type Route, routes } from '../../infra/routes.ts';
import { findResponse, openapi, resolved, violations } from '../support/openapi.ts';

/** The routes' operations: a HEAD is its GET without a body. */
const operations = routes.flatMap((route) =>
  methodsOf(route)
    .filter((method) => method !== 'HEAD')
    .map((method) => ({ route, path: route.path, method: method as Route['method'] })),
);

const listStatuses = ({ path, method }: Pick<Route, 'path' | 'method'>) =>
  Object.keys(openapi.paths[path]?.[method.toLowerCase()]?.responses ?? {}).map(Number);

describe('openapi.yaml', () => {
  it('describes the routes that are served and no others', () => {
    const described = Object.entries(openapi.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'parameters')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(operations.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('has the error codes of the functions and no others', () => {
    const folder = new URL('../../functions/http/', import.meta.url);
    const source = readdirSync(folder)
      .map((file) => readFileSync(new URL(file, folder), 'utf8'))
      .join();
    const codes = [...source.matchAll(/new HttpError\(\s*\d+,\s*'([A-Z_]+)'/g)].map(([, code]) => code);
    const { code } = openapi.components.schemas.ErrorResponse.properties.error.properties;
    expect(code.enum).toEqual([...new Set(codes)].sort());
  });

  it('has the responses of API Gateway itself to each route', () => {
    for (const operation of operations) {
      const { path, method, route } = operation;
      const statuses = listStatuses(operation);
      const expected = [
        429,
        500,
        503,
        ...(route.isOpen ? [] : [401, 403]),
        ...(method === 'POST' ? [413] : []),
      ];
      expect([path, method, statuses]).toEqual([path, method, expect.arrayContaining(expected)]);
    }
  });

  it('has a cursor for an example that fits the user of the examples', () => {
    const { Cursor: cursor, UserId: userId } = openapi.components.parameters;
    expect(parseCursor(cursor?.example ?? '', ['sessionId', 'userId', 'createdAt'])).toMatchObject({
      userId: userId?.example,
    });
  });

  const examples = operations.flatMap((operation) =>
    listStatuses(operation).flatMap((status) => {
      const { response, schema } = findResponse(operation, status);
      return Object.entries(response.content['application/json'].examples).map(([name, example]) => ({
        name: `${operation.method} ${operation.path} ${status} ${name}`,
        schema,
        value: resolved(example).value,
      }));
    }),
  );

  it.each(examples)('has an example that its own schema allows: $name', ({ schema, value }) => {
    expect(violations(value, schema)).toEqual([]);
  });
});
