/** Which folder may import which: `MAY_IMPORT` has every arrow of the structure. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const STAND_INS = [
  ...['local/gateway', 'local/lambda', 'local/dynamodb', 'local/events', 'local/stack'],
  'local',
];

/** By room: a folder, or the files directly in it. `packages` are those besides Node's builtins. */
const MAY_IMPORT: Record<string, { rooms: string[]; packages?: RegExp }> = {
  'functions/aws': { rooms: [], packages: /^@aws-sdk/ },
  'functions/observability': { rooms: ['functions/aws'] },
  'functions/session': { rooms: [] },
  'functions/session/store': {
    rooms: ['functions/session', 'functions/aws', 'functions/observability'],
    packages: /^@aws-sdk/,
  },
  'functions/auth': {
    rooms: ['functions/session/store', 'functions/session', 'functions/aws'],
    packages: /^(@aws-sdk\/client-secrets-manager|aws-lambda)$/,
  },
  'functions/http': {
    rooms: [
      'functions/auth',
      'functions/session/store',
      'functions/session',
      'functions/aws',
      'functions/observability',
    ],
    packages: /^(valibot|aws-lambda)$/,
  },
  'functions/events': {
    rooms: ['functions/session/store', 'functions/session', 'functions/aws'],
    packages: /^(@aws-sdk\/client-(eventbridge|scheduler)|aws-lambda)$/,
  },
  functions: {
    rooms: [
      'functions/events',
      'functions/http',
      'functions/auth',
      'functions/session/store',
      'functions/session',
      'functions/aws',
      'functions/observability',
    ],
    packages: /^aws-lambda$/,
  },
  'infra/*': { rooms: ['infra/*', 'functions/*'], packages: /./ },
  // What stands in for AWS knows nothing of what it hosts.
  'local/gateway': { rooms: STAND_INS, packages: /./ },
  'local/lambda': { rooms: STAND_INS },
  'local/dynamodb': { rooms: STAND_INS, packages: /./ },
  'local/events': { rooms: STAND_INS },
  'local/stack': { rooms: STAND_INS },
  // Bundled for a browser: of the rooms but the client's it has types alone.
  'local/console/page': { rooms: ['local/console', 'client', 'functions/session'], packages: /^preact/ },
  'local/*': { rooms: ['local/*', 'infra/*', 'functions/*'], packages: /./ },
  // Pages load it: it needs nothing.
  client: { rooms: [], packages: /^react$/ },
  'client/package': { rooms: ['client', 'infra/package'], packages: /./ },
};

const files = ['functions', 'infra', 'local', 'client'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.d)\.tsx?$/.test(file))
    .map((file) => `${folder}/${file}`),
);

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

function isIn(room: string, rooms: readonly string[]): boolean {
  return rooms.some((one) => (one.endsWith('/*') ? `${room}/`.startsWith(one.slice(0, -1)) : one === room));
}

describe.each(files)('%s', (file) => {
  const room = dirname(file);
  const [, allowed] = Object.entries(MAY_IMPORT).find(([name]) => isIn(room, [name])) ?? [];
  const imported = [...read(file).matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name = '']) => name);

  it('imports only from rooms below its own', () => {
    const targets = imported
      .filter((name) => name.startsWith('.'))
      .map((name) => dirname(normalize(join(room, name))));
    const strange = targets.filter((target) => target !== room && !isIn(target, allowed?.rooms ?? []));
    expect(strange).toEqual([]);
  });

  it('imports only packages that belong in its room', () => {
    const packages = imported.filter((name) => !name.startsWith('.') && !name.startsWith('node:'));
    expect(packages.filter((name) => !allowed?.packages?.test(name))).toEqual([]);
  });
});

describe('the functions', () => {
  const functions = files.filter((file) => file.startsWith('functions/'));

  it('read the environment in one file', () => {
    expect(functions.filter((file) => read(file).includes('process.env'))).toEqual([
      'functions/aws/environment.ts',
    ]);
  });

  it('import no route', () => {
    const routes = functions.filter((file) => dirname(file) === 'functions');
    const importing = files.filter((file) =>
      routes.some((route) => new RegExp(`from '[./]*/${route.slice('functions/'.length)}'`).test(read(file))),
    );
    expect(importing).toEqual([]);
  });
});

describe("the console's page", () => {
  it('has types alone of what runs in Node.js', () => {
    const imports = files
      .filter((file) => dirname(file) === 'local/console/page')
      .flatMap((file) => [...read(file).matchAll(/^(import .*) from '\.\.\/(?!\.\.\/\.\.\/client)/gm)]);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.map(([, line = '']) => line).filter((line) => !/^import type /.test(line))).toEqual([]);
  });
});

describe('a file', () => {
  it('has at most 200 lines', () => {
    expect(files.filter((file) => read(file).split('\n').length > 201)).toEqual([]);
  });
});
