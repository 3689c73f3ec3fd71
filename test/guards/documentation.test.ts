import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../infra/config/config.ts';
import { settings } from '../../infra/config/settings.ts';
import { routes } from '../../infra/routes.ts';
import { openapi } from '../support/openapi.ts';

const ROOT = new URL('../../', import.meta.url);
const pages = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('docs/', ROOT)).map((name) => `docs/${name}`),
];
const readPage = (page: string) => readFileSync(new URL(page, ROOT), 'utf8');

/** The rows of a page's table whose header starts with these columns, cells without backticks and links. */
function rows(page: string, header: string): string[][] {
  const lines = readPage(page).split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`));
  expect(start, `${page} has no table "${header}"`).toBeGreaterThan(-1);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replace(/`|\[|\]\([^)]*\)/g, '').trim()),
  );
}

/** The anchors of a page's headings, as GitHub makes them. */
const findHeadings = (page: URL): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe('the documentation', () => {
  it('lists the routes that are served, and their functions', () => {
    expect(rows('README.md', 'route | returns').map(([route, , file]) => [route, file])).toEqual(
      routes.map(({ method, path, file }) => [`${method} ${path}`, `functions/${file}.ts`]),
    );
  });

  it.each(pages)('links from %s to pages and headings that are there', (page) => {
    const links = [...readPage(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    for (const [, path = '', heading] of links) {
      const target = new URL(path, new URL(page, ROOT));
      expect([page, path, existsSync(target)]).toEqual([page, path, true]);
      if (heading !== undefined)
        expect([page, heading, findHeadings(path === '' ? new URL(page, ROOT) : target)]).toEqual([
          page,
          heading,
          expect.arrayContaining([heading]),
        ]);
    }
  });

  it('lists the error codes of the API', () => {
    const { code } = openapi.components.schemas.ErrorResponse.properties.error.properties;
    expect(
      rows('docs/api.md', 'status | `error.code`')
        .map(([, name]) => name)
        .sort(),
    ).toEqual(code.enum);
  });

  it('lists every setting with its default', () => {
    expect(rows('docs/reference.md', 'key | meaning').map(([key, , byDefault]) => [key, byDefault])).toEqual(
      Object.entries(settings).map(([key, setting]) => [key, String(setting.default ?? '')]),
    );
  });

  it('has a workflow for GitHub Actions that tests, shows, deploys and tries, without a long-lived key', () => {
    const yaml = readPage('.github/workflows/deploy.yml');
    interface Job {
      if?: string;
      needs?: string;
      environment?: string;
      steps: { run?: string; uses?: string; with?: Record<string, unknown> }[];
    }
    const { permissions, jobs } = parse(yaml) as { permissions: object; jobs: Record<string, Job> };
    expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(Object.keys(jobs)).toEqual(['diff', 'deploy']);
    // Off until a variable is set; an approval stands between what changes and its deployment.
    expect(jobs['diff']?.if).toBe("vars.DIFF_ROLE != ''");
    expect(jobs['deploy']).toMatchObject({ needs: 'diff', environment: expect.any(String) });
    for (const { steps } of Object.values(jobs)) {
      const credentials = steps.find(({ uses }) =>
        uses?.startsWith('aws-actions/configure-aws-credentials@'),
      );
      expect(Object.keys(credentials?.with ?? {})).toEqual(['role-to-assume', 'aws-region']);
    }
    expect(yaml).not.toMatch(/secret(s\.|-access-key)/i);
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    const order = [/^npm ci$/, /^npm test$/, /npx cdk diff/, /^npx cdk deploy/, /npm run smoke --/];
    expect(commands.map((command) => order.findIndex((one) => one.test(command)))).toEqual([
      0, 1, 2, 0, 3, 4,
    ]);
    // On a clean checkout, whose cdk.json has no block.
    const [, stage = ''] = yaml.match(/DEPLOY_STAGE \|\| '(\w+)'/) ?? [];
    expect(() => readConfig({ stage })).not.toThrow();
    const { scripts } = JSON.parse(readPage('package.json'));
    for (const [, name = ''] of yaml.matchAll(/npm run (\w+)/g)) expect(scripts).toHaveProperty(name);
    for (const [, name] of yaml.matchAll(/-c (\w+)=/g)) expect(Object.keys(settings)).toContain(name);
  });

  it('gives the AWS CLI its region by the variable that both of its versions read', () => {
    const page = readPage('docs/local-development.md');
    expect(page).toMatch(/export .*AWS_DEFAULT_REGION=/);
    expect(page).not.toContain('AWS_REGION=');
  });
});
