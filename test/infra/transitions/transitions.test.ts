import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesizeUnbundled } from '../../support/stack.ts';
import { type Context, combinations, STAGES } from './combinations.ts';
import { compare } from './compare.ts';
import { buildTable, DOCUMENT, END, START } from './document.ts';
import { type Resources, readResources } from './template.ts';

/** Changes of what a table or a secret is: docs/runbook.md has a procedure for each. */
const PROCEDURES = ['tableName', 'existingTable', 'replicas', 'auth'];

const changedSettings = (one: Context, other: Context) =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);

describe.each(STAGES)('a live %s stack', (stage) => {
  const contexts = combinations(stage);
  const templates: Resources[] = [];
  beforeAll(async () => {
    for (const context of contexts) {
      const { template } = await synthesizeUnbundled(context);
      templates.push(readResources(template));
    }
  }, 60_000);

  it('can be changed from each combination of settings to each other', () => {
    const found = new Map<string, string>();
    for (const [from, old] of templates.entries()) {
      for (const [to, next] of templates.entries()) {
        const pair = `${JSON.stringify(contexts[from])} -> ${JSON.stringify(contexts[to])}`;
        for (const violation of compare(old, next).violations) {
          if (!found.has(violation)) found.set(violation, pair);
        }
      }
    }
    expect(Object.fromEntries(found)).toEqual({});
  });

  it('keeps its table and its secret, unless a setting is changed that the runbook has a procedure for', () => {
    for (const [from, old] of templates.entries()) {
      for (const [to, next] of templates.entries()) {
        const changed = changedSettings(contexts[from] ?? {}, contexts[to] ?? {});
        if (changed.some((name) => PROCEDURES.includes(name))) continue;
        expect([changed, compare(old, next).stateful]).toEqual([changed, []]);
      }
    }
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
