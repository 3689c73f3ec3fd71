/**
 * `sam local invoke` needs Docker, so what it reads is held to what it needs: the function's construct id,
 * the asset's path, the handler's file and export, an event, and variables that the template declares (it
 * passes on no others).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { routes } from '../../infra/routes.ts';
import { findRoute } from '../support/event.ts';
import { invoke, loadHandler } from '../support/handlers.ts';
import { sampleEvent } from '../support/sample-event.ts';
import { IDS, info } from '../support/sessions.ts';
import { createSessionsTable } from '../support/sessions-table.ts';

interface FunctionResource {
  Type: string;
  Metadata: Record<string, string>;
  Properties?: { Handler: string; Environment?: { Variables: Record<string, unknown> } };
}

const { Parameters: variables } = JSON.parse(
  readFileSync(new URL('../support/sam-env.json', import.meta.url), 'utf8'),
);

const { directory, template } = inject('stacks').none;
const resources = Object.values((template as { Resources: Record<string, FunctionResource> }).Resources);

describe.each(routes)('sam local invoke $id', ({ id, method, path }) => {
  let resource: FunctionResource;
  beforeAll(() => {
    // The next to last part of the path is what the SAM CLI takes for the function's id.
    const found = resources.filter(({ Metadata: metadata }) =>
      metadata['aws:cdk:path']?.endsWith(`/${id}/Resource`),
    );
    expect(found).toHaveLength(1);
    [resource] = found as [FunctionResource];
  });

  it('finds the function by its construct id', () => {
    expect(resource.Type).toBe('AWS::Lambda::Function');
  });

  it('finds the bundle, and in it the handler', async () => {
    expect(resource.Metadata['aws:asset:property']).toBe('Code');
    const [module, exported = ''] = resource.Properties?.Handler.split('.') ?? [];
    const bundle = join(directory, resource.Metadata['aws:asset:path'] ?? '', `${module}.mjs`);
    expect(existsSync(bundle)).toBe(true);
    expect(await import(pathToFileURL(bundle).href)).toHaveProperty(exported);
  });

  it('has an event that the route takes', async () => {
    const route = findRoute(id);
    const event = sampleEvent(route);
    expect(event).toMatchObject({ version: '2.0', routeKey: `${method} ${path}` });
    const { status, text } = await invoke(await loadHandler(route), route, {}, event);
    // Without a table it fails there, and not before.
    expect([405, 500, 503], text).toContain(status);
  });
});

describe('the variables for sam local invoke', () => {
  it('are among those that the template declares for each function with a table', () => {
    const functions = resources.filter(({ Properties: { Environment: environment } = {} }) => environment);
    const declared = functions.map(({ Properties }) => Object.keys(Properties?.Environment?.Variables ?? {}));
    const withTable = declared.filter((names) => names.includes('TABLE_NAME'));
    expect(withTable).toHaveLength(routes.filter(({ tableActions }) => tableActions.length > 0).length);
    for (const names of withTable) expect(names).toEqual(expect.arrayContaining(Object.keys(variables)));
  });
});

describe('sam local start-api', () => {
  it('capitalizes the names of headers, which are read all the same', async () => {
    const table = await createSessionsTable();
    vi.stubEnv('TABLE_NAME', table.name);
    vi.stubEnv('DYNAMODB_ENDPOINT', table.endpoint);
    vi.stubEnv('IDEMPOTENCY_SALT', 'test');
    vi.resetModules();
    const route = findRoute('CreateSession');
    const create = async (headers: Record<string, string>) =>
      await invoke(await loadHandler(route), route, {}, { headers, body: JSON.stringify(IDS) });
    const first = await create({ 'Content-Type': 'application/json', 'Idempotency-Key': 'one' });
    const again = await create({ 'CONTENT-TYPE': 'application/json', 'idempotency-key': 'one' });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(info(again).sessionId).toBe(info(first).sessionId);
    vi.unstubAllEnvs();
    await table.close();
  });
});
