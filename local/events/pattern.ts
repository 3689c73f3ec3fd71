/** Matches event patterns with the operators that the stack uses: values and `exists` (EventBridge's guide). */

type Rule = string | number | boolean | null | { exists: boolean };

/** @throws Error for an operator that is not implemented. */
export function matches(pattern: object, event: unknown): boolean {
  return Object.entries(pattern).every(([name, expected]) => {
    const value = isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
    return Array.isArray(expected) ? expected.some((rule) => fulfils(value, rule)) : matches(expected, value);
  });
}

/** `exists` applies to leaves only. */
function fulfils(value: unknown, rule: Rule): boolean {
  if (typeof rule !== 'object' || rule === null) return value === rule;
  if (Object.keys(rule).join() !== 'exists')
    throw new Error(`The local host does not know the rule ${JSON.stringify(rule)} of an event pattern`);
  return rule.exists === (value !== undefined && !isObject(value));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
