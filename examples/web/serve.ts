/**
 * `npm run example` serves two pages that use the client, one without a framework and one with React, beside the
 * local host: http://localhost:5173. Each makes a session of one minute.
 *
 * Environment variables: PORT, of the pages (5173).
 */
import { explain } from '../../local/start-error.ts';
import { startExample } from './pages.ts';

try {
  const { url, close } = await startExample(Number(process.env['PORT'] || 5173));
  console.log(`Without a framework  ${url}/plain/\nWith React           ${url}/react/\n\nCtrl-C stops it.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void close().then(() => process.exit(0)));
} catch (error) {
  const line = explain(error);
  if (line === undefined) throw error;
  console.error(line);
  process.exitCode = 1;
}
