/** The table of faults.md, made of what was seen. */
import { existsSync, readFileSync } from 'node:fs';
import { faults, tableRoutes } from './faults.ts';

export const DOCUMENT = new URL('./faults.md', import.meta.url);

/** What one request met and got. */
export interface Outcome {
  route: string;
  fault: string;
  pattern: 'first' | 'every' | 'random';
  status: number;
  attempts: number;
  seconds: number;
  /** The status of the same request when DynamoDB is healthy again. */
  after: number;
  /** Sessions that the run's user has at the end, and how often the first was renewed. */
  sessions: number;
  renewals: number;
}

/** The whole seconds within which every route responds: what is written, unless it took longer now. */
function withinSeconds(outcomes: readonly Outcome[], fault: string, pattern: Outcome['pattern']): number {
  const these = outcomes.filter((outcome) => outcome.fault === fault && outcome.pattern === pattern);
  const longest = Math.max(...these.map(({ seconds }) => seconds));
  const [, section = ''] = existsSync(DOCUMENT)
    ? readFileSync(DOCUMENT, 'utf8').split(
        `## For ${pattern === 'first' ? 'the first call only' : 'every call'}`,
      )
    : [];
  const row = section.split('\n').find((line) => line.startsWith(`| ${fault} |`)) ?? '';
  const written = Number(row.split('|').at(-2));
  // A busy machine is given two seconds more.
  return longest <= written + 2 ? written : Math.ceil(longest + 0.5);
}

/** The table of the document: what clients get, and how many calls DynamoDB sees. */
export function documentOf(outcomes: readonly Outcome[]): string {
  const ids = tableRoutes.map(({ id }) => id);
  const cell = (fault: string, pattern: Outcome['pattern'], route: string) => {
    const outcome = outcomes.find(
      (one) => one.fault === fault && one.pattern === pattern && one.route === route,
    );
    return outcome ? `${outcome.status}, ${outcome.attempts}` : '';
  };
  const rows = (pattern: Outcome['pattern']) =>
    faults.map(
      ({ name }) =>
        `| ${name} | ${ids.map((id) => cell(name, pattern, id)).join(' | ')} | ${withinSeconds(outcomes, name, pattern)} |`,
    );
  const head = [`| fault | ${ids.join(' | ')} | within, s |`, `|---|${ids.map(() => '---').join('|')}|---|`];
  return [
    '# What a fault of DynamoDB does',
    '',
    'A cell has the status that the client gets and the number of calls that DynamoDB sees. The last column has the',
    'seconds within which every route responds. [faults.heavy.ts](faults.heavy.ts) makes',
    'the table and fails when it is out of date; `WRITE_FAULTS=1 npm run test:heavy -- faults` writes it. Whatever the',
    'fault, a request gets its response within seven of the ten seconds that its function has, and the next request',
    'works as soon as DynamoDB does. "Done" faults happen after DynamoDB has done what it was asked, so its response',
    'is lost: a renewal is then counted once or not at all, and a create with an `Idempotency-Key` makes one',
    'session. A delete whose response is lost returns 404 on retry. Health returns 503.',
    '',
    '## For the first call only',
    '',
    ...head,
    ...rows('first'),
    '',
    '## For every call',
    '',
    ...head,
    ...rows('every'),
    '',
  ].join('\n');
}
