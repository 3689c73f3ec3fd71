import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const APP = fileURLToPath(new URL('../../infra/app.ts', import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), 'sessions-api-app-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** What the CDK CLI runs, under a umask that lets nobody else read. */
const synthesize = (context: object, environment: Record<string, string> = {}) =>
  promisify(execFile)('sh', ['-c', 'umask 077 && exec "$0" "$1"', process.execPath, APP], {
    env: { ...process.env, ...environment, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });

describe('cdk synth', () => {
  it('says in one line that production must say who may call it', async () => {
    await expect(synthesize({ stage: 'prod' })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^-c stage=prod: say in cdk.json who may call, [^\n]*\n$/),
    });
  });

  it("rejects a block that another file than the project's cdk.json has a part in", async () => {
    const stages = { prod: { auth: 'none' } };
    await expect(synthesize({ stage: 'prod', stages }, { CDK_CLI_VERSION: '2' })).rejects.toMatchObject({
      stderr: expect.stringMatching(
        /^cdk.json, "prod": ~\/.cdk.json, cdk.context.json or -c changes its block\. /,
      ),
    });
  });

  it('prints the settings that are not at their defaults, and makes bundles that Lambda can read', async () => {
    const { stderr } = await synthesize({
      stage: 'prod',
      stages: { prod: { auth: 'api-key', rateLimit: 50 } },
    });
    expect(stderr).toMatch(
      /^auth=api-key {2}cdk\.json, "prod"\nrateLimit=50 {2}cdk\.json, "prod"\nstage=prod {4}context$/m,
    );
    const assets = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
    expect(assets.length).toBeGreaterThan(8);
    for (const asset of assets) {
      expect(statSync(join(outdir, asset)).mode & 0o555).toBe(0o555);
      for (const file of readdirSync(join(outdir, asset))) {
        expect(statSync(join(outdir, asset, file)).mode & 0o444).toBe(0o444);
      }
    }
  });
});
