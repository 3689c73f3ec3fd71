/**
 * `npm run load -- [URL] [options]` sends a realistic mix of reads, writes and errors to an API, by default
 * http://localhost:3000, and checks every response. Start that one with higher limits than the default:
 * `npm start -- -c rateLimit=10000 -c burstLimit=5000`.
 *
 *   --seconds N      how long (20)
 *   --connections N  how many at once (10)
 *   --key KEY        an API key
 *   --token TOKEN    a token
 *   --user UUID      with --token: the user that it names
 */
import { parseArgs } from 'node:util';
import { SAMPLE_USER_ID } from '../../../local/samples.ts';
import { runLoad } from './run.ts';

const USAGE =
  'usage: npm run load -- [http://localhost:3000] [--seconds 20] [--connections 10] [--key <API key> | --token <token> --user <UUID>]';

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '20' },
      connections: { type: 'string', default: '10' },
      key: { type: 'string' },
      token: { type: 'string' },
      user: { type: 'string', default: SAMPLE_USER_ID },
    },
  });
  const url = URL.parse(positionals[0] ?? 'http://localhost:3000')?.origin;
  const [seconds, connections] = [Number(values.seconds), Number(values.connections)];
  if (!url || url === 'null' || positionals.length > 1 || !(seconds >= 1) || !(connections >= 1))
    throw new Error(USAGE);
  const headers = {
    ...(values.key !== undefined && { 'x-api-key': values.key }),
    ...(values.token !== undefined && { authorization: `Bearer ${values.token}` }),
  };
  await fetch(url).catch(() => {
    throw new Error(`Nothing responds at ${url}; start it with npm start`);
  });
  console.log(`${seconds} s of ${connections} connections to ${url}`);
  const started = Date.now();
  const result = await runLoad({
    ...{ url, headers, userId: values.user, connections, seconds },
    progress: (line) =>
      console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s  ${line}`),
  });
  console.log(
    `\nanswers    ${Object.entries(result.responses)
      .map(([action, count]) => `${action} ${count}`)
      .join(', ')}`,
  );
  console.log(`a second   ${Math.round(result.perSecond)}`);
  console.log(
    `latency    ${Object.entries(result.latency)
      .map(([name, ms]) => `${name} ${ms} ms`)
      .join(', ')}`,
  );
  console.log(`wrong      ${result.wrongCount}, unanswered ${result.unanswered}`);
  for (const line of result.wrong) console.log(`  ${line}`);
  process.exitCode = result.wrongCount + result.unanswered === 0 ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
