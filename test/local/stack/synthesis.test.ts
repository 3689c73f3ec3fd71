import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withLocalIssuer } from '../../../local/host.ts';
import { synthesize } from '../../../local/stack/synthesis.ts';
import { TemporaryDirectory } from '../../../local/temporary-directory.ts';

const app = fileURLToPath(new URL('../../../infra/app.ts', import.meta.url));

it('a stack that asks for tokens has the local issuer, unless it names its own', () => {
  const own = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'web' };
  expect(withLocalIssuer({ auth: 'jwt' })).toMatchObject({ jwtIssuer: 'https://issuer.local' });
  expect(withLocalIssuer(own)).toEqual(own);
  expect(withLocalIssuer({ auth: 'none' })).toEqual({ auth: 'none' });
});

it('what a setting is rejected for is one line', async () => {
  using directory = new TemporaryDirectory();
  const request = { app, context: { rateLimit: '0' }, outdir: directory.path };
  await expect(synthesize(request)).rejects.toThrow(/^-c rateLimit=0: expected a whole number of 1[^\n]*$/);
});

it('says how a synthesis ended that printed nothing', async () => {
  using directory = new TemporaryDirectory();
  const killed = join(directory.path, 'infra/killed.ts');
  mkdirSync(dirname(killed));
  writeFileSync(join(directory.path, 'cdk.json'), '{}');
  writeFileSync(killed, "process.kill(process.pid, 'SIGKILL');");
  const request = { app: killed, context: {}, outdir: directory.path };
  await expect(synthesize(request)).rejects.toThrow('The synthesis of the stack ended with SIGKILL');
});
