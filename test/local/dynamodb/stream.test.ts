import { expect, it } from 'vitest';
import { Stream } from '../../../local/dynamodb/stream.ts';

interface Batch {
  Records: { eventName: string; dynamodb: { SequenceNumber: string; NewImage?: { id: { S: string } } } }[];
}

const FILTERS = [{ eventName: ['INSERT', 'REMOVE'] }];
const item = (id: string) => ({ id: { S: id } });

/** @param respond gets the ids of a batch; what it returns failed. */
function build(respond: (ids: string[]) => string[] | Error = () => []) {
  const delivered: string[][] = [];
  const given: string[] = [];
  const stream = new Stream({
    definition: { functionName: 'Publish', filters: FILTERS, batchSize: 4 },
    run: {
      async invoke(event) {
        const { Records: records } = event as Batch;
        const ids = records.map(({ dynamodb }) => dynamodb.NewImage?.id.S ?? '');
        delivered.push(ids);
        await new Promise(setImmediate);
        const failed = respond(ids);
        if (failed instanceof Error) throw failed;
        return {
          batchItemFailures: records
            .filter(({ dynamodb }) => failed.includes(dynamodb.NewImage?.id.S ?? ''))
            .map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })),
        };
      },
    },
    now: () => 1000,
    waitMs: 0,
    report: (line) => given.push(line),
  });
  return { stream, delivered, given };
}

it('the stream delivers what its filters let through, in order, in batches', async () => {
  const { stream, delivered } = build();
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) stream.add({ table: 't', after: item(id) });
  stream.add({ table: 't', before: item('a'), after: item('b') });
  stream.add({ table: 't', before: item('a'), after: item('a') });
  await stream.settle();
  expect(delivered).toEqual([['a'], ['b', 'c', 'd', 'e'], ['f']]);
});

it('the stream delivers again from the first record that failed', async () => {
  let isFirst = true;
  const { stream, delivered } = build((ids) => {
    const failed = isFirst && ids.includes('c') ? ['c'] : [];
    if (ids.includes('c')) isFirst = false;
    return failed;
  });
  for (const id of ['a', 'b', 'c', 'd']) stream.add({ table: 't', after: item(id) });
  await stream.settle();
  expect(delivered).toEqual([['a'], ['b', 'c', 'd'], ['c', 'd']]);
});

it('the stream halves a batch that fails as a whole, and gives up the one record at fault', async () => {
  const { stream, delivered, given } = build((ids) => (ids.includes('c') ? new Error('timed out') : []));
  for (const id of ['a', 'b', 'c', 'd', 'e']) stream.add({ table: 't', after: item(id) });
  await stream.settle();
  expect(given).toEqual(['Publish: gave up a record of the stream after 5 attempts']);
  const accepted = delivered.filter((ids) => !ids.includes('c')).flat();
  expect(accepted).toEqual(['a', 'b', 'd', 'e']);
});
