/**
 * Runs the signed calls of docs/access.md, by curl and by botocore, against the local host with auth=iam. Needs curl,
 * and a python3 with botocore on the PATH.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { startHost } from '../../../local/host.ts';
import { ON_FREE_PORTS } from '../../../local/options.ts';

const PAGE = readFileSync(new URL('../../../docs/access.md', import.meta.url), 'utf8');

/** The block of code of this language that has this text. */
function find(language: string, text: string): string {
  const blocks = PAGE.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'));
  const found = [...blocks].map(([, code = '']) => code).find((code) => code.includes(text));
  if (found === undefined) throw new Error(`docs/access.md has no ${language} with ${text}`);
  return found;
}

const host = await startHost({ ...ON_FREE_PORTS, context: { auth: 'iam' } });
const { accessKeyId, secretAccessKey } = host.access.key ?? { accessKeyId: '', secretAccessKey: '' };
const { region } = host.dynamodb;
const env = {
  ...{ PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true' },
  ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
};

const curl = find('sh', '--aws-sigv4')
  .replace('curl ', 'curl --silent --show-error --fail ')
  .replace('<region>', region)
  .replace('<ApiUrl>', `${host.url}/`)
  .replace('<id>', 'fresh');
const python = [
  `base, id, region = ${JSON.stringify([host.url, 'fresh', region]).slice(1, -1)}`,
  find('python', 'SigV4Auth'),
  'assert response.status_code == 200, response.text',
  'print(response.text)',
].join('\n');

let failed = 0;
for (const [name, command, input] of [
  ['curl', ['bash', '-c', curl], ''],
  ['botocore', ['python3', '-'], python],
] as const) {
  const [program = '', ...args] = command;
  // Not synchronously: the host is in this process.
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  const [stdout, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const isServed = status === 0 && stdout.includes('"sessionId":"fresh"');
  if (!isServed) failed++;
  console.log(isServed ? `docs/access.md: ${name} signs` : `docs/access.md: ${name} fails: ${stdout}`);
}
await host.close();
process.exitCode = failed === 0 ? 0 : 1;
