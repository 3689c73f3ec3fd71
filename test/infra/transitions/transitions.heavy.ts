import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesizeUnbundled } from '../../support/stack.ts';
import { type Context, combinations, combined, STAGES } from './combinations.ts';
import { compare } from './compare.ts';
import { buildTable, DOCUMENT, END, START } from './document.ts';
import { type Resources, readResources } from './template.ts';

/** Changes of what a table or a secret is: docs/runbook.md has a procedure for each. */
const PROCEDURES = ['existingTable', 'replicas', 'auth'];

const changedSettings = (one: Context, other: Context) =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);

/** Settings in few words: a name for a test. */
const name = ({ stage: _, jwtIssuer: __, jwtAudience: ___, ...context }: Context) =>
  Object.entries(context)
    .map(([setting, value]) => `${setting}=${value.replace(/^(https:\/\/|arn:aws:acm:).*/, '$1…')}`)
    .join(' ');

describe.each(STAGES)('a live %s stack', (stage) => {
  const contexts = combinations(stage);
  const templates = new Map<Context, Resources>();
  beforeAll(async () => {
    for (const context of contexts) {
      const { template } = await synthesizeUnbundled(context);
      templates.set(context, readResources(template));
    }
  }, 60_000);

  // Each from the default and back; access, pages and the list among each other, which share routes and roles.
  const base = contexts.find(
    ({ auth, list, corsOrigins }) => auth === 'none' && list === 'off' && !corsOrigins,
  );
  const shared = combined.map((one) => ({ ...one, stage }));
  const same = (one: Context) =>
    contexts.find((other) => JSON.stringify(other) === JSON.stringify(one)) ?? one;
  const pairs = [
    ...contexts.flatMap((context) => (base ? [[base, context] as const, [context, base] as const] : [])),
    ...shared.flatMap((from) => shared.map((to) => [same(from), same(to)] as const)),
  ];

  it('can be changed from each of these settings to the other', () => {
    const faults = new Map<string, string>();
    for (const [from, to] of pairs) {
      const { violations, stateful } = compare(templates.get(from) ?? {}, templates.get(to) ?? {});
      // A table and a secret are as they were, unless a setting is changed that has a procedure.
      const hasProcedure = changedSettings(from, to).some((setting) => PROCEDURES.includes(setting));
      for (const fault of [...violations, ...(hasProcedure ? [] : stateful)])
        faults.set(fault, `${name(from)} -> ${name(to)}`);
    }
    expect(pairs.length).toBeGreaterThan(300);
    expect(Object.fromEntries(faults)).toEqual({});
  });

  it('has a template for each combination', () => {
    expect([...templates.values()].filter((resources) => Object.keys(resources).length > 60)).toHaveLength(
      contexts.length,
    );
  });
});

describe('docs/deploy.md', () => {
  it('says for every setting what changing it on a live stack does', async () => {
    const page = readFileSync(DOCUMENT, 'utf8');
    const table = await buildTable();
    const [before = '', rest = ''] = page.split(START);
    const [, after = ''] = rest.split(END);
    const written = before + START + table + END + after;
    if (process.env['WRITE_TRANSITIONS']) writeFileSync(DOCUMENT, written);
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(written);
  });
});
