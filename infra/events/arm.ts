/**
 * `npm run arm -- FUNCTION [options]` gives each session that is alive a timer: after events were switched on, or a
 * table was restored. FUNCTION is the stack's output ExpireSessionsArn. Nothing is published for a session that is
 * alive. It may be run again.
 *
 *   --expired  publishes session.expired for those that have expired too, with the ids that the events have had
 *   --rate N   so many sessions a second, at most 1000 (100)
 *   --from ID  goes on after this session, which a run that was stopped has printed: it is a secret
 *
 * The caller needs lambda:GetFunctionConfiguration and lambda:InvokeFunction on the function, dynamodb:Scan on its
 * table.
 */
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { armSessions } from './arm-sessions.ts';

const USAGE =
  'usage: npm run arm -- FUNCTION [--expired] [--rate N] [--from ID]; npm run arm -- --help says more';
const FUNCTION_ARN = /^arn:[\w-]+:lambda:([\w-]+):\d{12}:function:[\w-]+:live$/;

const { positionals, values } = parse();
const [functionArn = '', ...others] = positionals;
const [, region] = functionArn.match(FUNCTION_ARN) ?? [];
const rate = Number(values.rate);
if (region === undefined || others.length > 0 || !/^[1-9]\d{0,3}$/.test(values.rate) || rate > 1000)
  exit(USAGE);

let next = values.from;
const goOn = () => {
  const quoted = next === undefined ? '' : ` --from '${next.replaceAll("'", "'\\''")}'`;
  return `Go on with: npm run arm -- ${functionArn}${values.expired ? ' --expired' : ''}${quoted}`;
};
process.once('SIGINT', () => {
  console.error(`\nStopped. ${goOn()}`);
  process.exit(130);
});
const done = await armSessions({
  dynamodb: new DynamoDBClient({ region }),
  lambda: new LambdaClient({ region }),
  ...{ functionArn, rate, from: values.from, hasExpired: values.expired },
  report(progress) {
    next = progress.next;
    const end = process.stderr.isTTY ? '' : '\n';
    process.stderr.write(`\r${progress.armed} done, ${progress.skipped} left alone${end}`);
  },
}).catch((error: Error) => exit(`\n${error.name}: ${error.message}. ${goOn()}`));
console.error(`\n${done.armed} sessions were handed to the function.`);

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        expired: { type: 'boolean', default: false },
        rate: { type: 'string', default: '100' },
        from: { type: 'string' },
      },
    });
  } catch {
    return exit(USAGE);
  }
}

function exit(line: string): never {
  console.error(line.trim());
  process.exit(1);
}
