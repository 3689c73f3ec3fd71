import { expect, it, vi } from 'vitest';
import { computeWait, waitBefore } from '../../../../functions/session/store/backoff.ts';

it('a wait doubles with each attempt up to a limit, and is any part of that', () => {
  expect([1, 2, 3, 4, 5, 12].map((round) => computeWait(round, 1))).toEqual([20, 40, 80, 160, 160, 160]);
  expect(computeWait(3, 0.25)).toBe(20);
});

it('waits are jittered, so that competing writers do not meet again', async () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0);
  await waitBefore(1);
  expect(random).toHaveBeenCalledOnce();
  vi.restoreAllMocks();
});
