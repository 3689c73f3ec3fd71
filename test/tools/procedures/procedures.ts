/**
 * `node infra/run.js test/tools/procedures/procedures.ts` runs the commands of docs/deploy.md, docs/access.md and
 * docs/runbook.md in bash, and hands each to the real CLI: the AWS CLI on the PATH parses it and sends it to a server
 * that rejects all; the CDK CLI must know its options and the app its settings. test/tools/procedures/requirements.txt
 * has the AWS CLI.
 */
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readConfig } from '../../../infra/config/config.ts';
import { close, listen } from '../../../local/loopback.ts';
import { TemporaryDirectory } from '../../../local/temporary-directory.ts';
import { progress } from '../progress.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SHIMS = fileURLToPath(new URL('shims', import.meta.url));

/** The blocks in cdk.json that the pages speak of. */
const STAGES = {
  prod: { auth: 'api-key', region: 'us-east-1', replicas: 'eu-west-1' },
  'prod-eu': { auth: 'api-key', region: 'eu-west-1', existingTable: 'sessions' },
};

/** The shell commands of each section of a page; those of the runbook's procedures begin with its first block. */
function readSections(page: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const sections = text.split(/\n##+ /).map((section) => {
    const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
      .map(([, block = '']) => block)
      // Run by signed.ts.
      .filter((block) => !block.includes('--aws-sigv4'));
    // A placeholder is no redirection.
    return { title: section.split('\n')[0], commands: blocks.join('').replace(/<\w+>/g, 'value') };
  });
  const start = sections.findIndex(({ title }) => title === 'Procedures');
  const prelude = sections[start]?.commands ?? '';
  return sections
    .map(({ commands }, index) => (start >= 0 && index > start ? prelude + commands : commands))
    .filter((commands) => commands !== '');
}

/** What the commands call. */
function run(commands: string): string[][] {
  using directory = new TemporaryDirectory();
  const calls = join(directory.path, 'calls');
  execFileSync('bash', ['-euo', 'pipefail', '-c', `: > "$CALLS"\n${commands}`], {
    cwd: directory.path,
    env: { PATH: `${SHIMS}:${process.env['PATH']}`, HOME: directory.path, CALLS: calls },
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 20_000,
  });
  const lines = readFileSync(calls, 'utf8').split('\x1e').slice(0, -1);
  return lines.map((line) => line.split('\x1f').slice(0, -1));
}

/** The AWS CLI's complaint about a command that it has not sent. */
async function awsFault(args: string[], endpoint: string): Promise<string | undefined> {
  using home = new TemporaryDirectory();
  const env = {
    ...{ PATH: process.env['PATH'], AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    ...{ AWS_DEFAULT_REGION: 'us-east-1', AWS_ENDPOINT_URL: endpoint, AWS_MAX_ATTEMPTS: '1' },
    ...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', HOME: home.path },
  };
  // A file of the procedure.
  const sent = args.map((arg) => arg.replace(/^file:\/\/.*/, '{}'));
  try {
    await promisify(execFile)('aws', sent, { env });
    return 'was not sent';
  } catch (error) {
    const { stderr } = error as { stderr: string };
    return stderr.includes('An error occurred') ? undefined : stderr.trim();
  }
}

const helps = new Map<string, string>();

function cdkHelp(command: string): string {
  const help =
    helps.get(command) ??
    execFileSync(process.execPath, [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), command, '--help'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  helps.set(command, help);
  return help;
}

function cdkFault(args: string[]): string | undefined {
  const [command = ''] = args;
  const known = [...cdkHelp(command).matchAll(/(?:^|[\s,])(--?[a-zA-Z][\w-]*)/g)].map(([, option]) => option);
  const unknown = args.filter((arg) => arg.startsWith('-')).find((option) => !known.includes(option));
  if (unknown) return `unknown option ${unknown}`;
  const pairs = args.flatMap((arg, index) => (args[index - 1] === '-c' ? [arg.split('=')] : []));
  try {
    readConfig({ stages: STAGES, ...Object.fromEntries(pairs) });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

const REJECTED = {
  xml: '<ErrorResponse><Error><Code>Rejected</Code><Message>no</Message></Error></ErrorResponse>',
  json: '{"__type":"Rejected","Code":"Rejected","message":"no"}',
};
const server = createServer((request, response) => {
  request.resume();
  // The protocol of CloudFormation and IAM.
  const type = request.headers['content-type']?.includes('urlencoded') ? 'xml' : 'json';
  response.writeHead(400, { 'content-type': `application/${type}`, 'x-amzn-errortype': 'Rejected' });
  response.end(REJECTED[type]);
});
const endpoint = `http://127.0.0.1:${await listen(server, 0)}`;

const seen = new Map<string, string | undefined>();
for (const page of ['deploy.md', 'access.md', 'runbook.md']) {
  for (const commands of readSections(page)) {
    for (const [program = '', ...args] of run(commands)) {
      const line = `${page}: ${program} ${args.join(' ')}`.replace(/\s+/g, ' ');
      if (seen.has(line)) continue;
      if (process.stderr.isTTY) progress(line.slice(0, 70));
      if (program === 'aws') seen.set(line, await awsFault(args, endpoint));
      if (program === 'npx' && args[0] === 'cdk') seen.set(line, cdkFault(args.slice(1)));
    }
  }
}
progress('');
await close(server);
const faults = [...seen].filter(([, fault]) => fault !== undefined);
for (const [line, fault] of faults) console.error(`${line}\n  ${fault}`);
console.log(`${seen.size} commands of the AWS CLI and the CDK CLI, ${faults.length} faults`);
process.exitCode = faults.length === 0 && seen.size > 50 ? 0 : 1;
