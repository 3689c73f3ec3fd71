import { expect, it } from 'vitest';
import { Faults } from '../../../local/gateway/faults.ts';

it('a share of the requests meets a fault', () => {
  const random = [0.1, 0.19, 0.2, 0.9];
  const faults = new Faults(() => random.shift() ?? 1);
  faults.add({ fault: 500, share: 0.2 });
  expect([1, 2, 3, 4].map(() => faults.take('GET /a')?.fault)).toEqual([500, 500, undefined, undefined]);
});

it('faults of several routes are apart, and what was added first comes first', () => {
  const faults = new Faults();
  faults.add({ fault: 500, route: 'GET /a', count: 1 });
  faults.add({ fault: 429, count: 2 });
  expect(['GET /b', 'GET /a', 'GET /a', 'GET /a'].map((route) => faults.take(route)?.fault)).toEqual([
    429,
    500,
    429,
    undefined,
  ]);
});
