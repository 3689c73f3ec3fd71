import { describe, expect, it } from 'vitest';
import { routes } from '../infra/routes.ts';
import { openapi, responsePointer, violations } from './support/openapi.ts';

describe('openapi.yaml', () => {
  it('describes the routes that are served and no others', () => {
    const described = Object.entries(openapi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  const examples = routes.flatMap((route) =>
    Object.entries(openapi.paths[route.path]?.[route.method.toLowerCase()]?.responses ?? {}).flatMap(
      ([status, response]) =>
        Object.entries(response.content['application/json'].examples).map(([name, { value }]) => ({
          name: `${route.method} ${route.path} ${status} ${name}`,
          pointer: `${responsePointer(route, status)}/content/application~1json/schema`,
          value,
        })),
    ),
  );

  it.each(examples)('has an example that its own schema allows: $name', ({ pointer, value }) => {
    expect(violations(value, pointer)).toEqual([]);
  });
});
