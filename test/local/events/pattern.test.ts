import { expect, it } from 'vitest';
import { matches } from '../../../local/events/pattern.ts';

it.each([
  [{ a: ['x'] }, { a: 'x', b: 1 }, true],
  [{ a: ['x', 'y'] }, { a: 'y' }, true],
  [{ a: ['x'] }, { a: 'y' }, false],
  [{ a: ['x'] }, {}, false],
  [{ a: { b: [1] } }, { a: { b: 1 } }, true],
  [{ a: { b: [1] } }, { a: 1 }, false],
  [{ a: ['x'], b: ['y'] }, { a: 'x' }, false],
  [{ a: [{ exists: true }] }, { a: '' }, true],
  [{ a: [{ exists: true }] }, {}, false],
  // A leaf alone exists.
  [{ a: [{ exists: true }] }, { a: { b: 1 } }, false],
  [{ a: { b: [{ exists: false }] } }, {}, true],
  [{ a: { b: [{ exists: false }] } }, { a: { b: 1 } }, false],
  [{ constructor: [{ exists: false }] }, {}, true],
])('the pattern %j on %j: %s', (pattern, event, expected) => {
  expect(matches(pattern, event)).toBe(expected);
});

it('a pattern with another operator is an error, and matches nothing silently', () => {
  expect(() => matches({ a: [{ prefix: 'x' }] }, { a: 'x' })).toThrow(/does not know the rule/);
});
