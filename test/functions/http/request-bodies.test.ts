import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../functions/http/errors.ts';
import { parseCreateRequest, parseTimeoutPatch } from '../../../functions/http/request-bodies.ts';
import { ELIZAOS_BOUNDS } from '../../../functions/session/timeout-config.ts';
import { violations } from '../../support/openapi.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';

/** Whether the service takes a body. */
function accepts(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof HttpError && error.status === 400) return false;
    throw error;
  }
}

const bodies = [
  {
    schema: 'CreateRequest',
    parse: (body: unknown) => parseCreateRequest(body, ELIZAOS_BOUNDS),
    valid: { agentId: AGENT_ID, userId: USER_ID, channelId: USER_ID, metadata: { a: 1 }, timeoutConfig: {} },
    fields: ['agentId', 'userId', 'channelId', 'metadata', 'timeoutConfig', 'other'],
  },
  {
    schema: 'TimeoutSettings',
    parse: (body: unknown) => parseTimeoutPatch(body, ELIZAOS_BOUNDS),
    valid: { timeoutMinutes: 30, autoRenew: true, maxDurationMinutes: 720, warningThresholdMinutes: 5 },
    fields: ['timeoutMinutes', 'autoRenew', 'maxDurationMinutes', 'warningThresholdMinutes', 'other'],
  },
];

/** Values around everything that a schema may say. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    '',
    '30',
    {},
    [],
    AGENT_ID,
    AGENT_ID.toUpperCase(),
    `urn:uuid:${AGENT_ID}`,
  ),
  fc.constantFrom(-1, 0, 1, 4, 5, 5.5, 30, 30.0, 1440, 1441, 2880, 2881, 1e300),
  fc.record(
    { timeoutMinutes: fc.constantFrom(4, 5, '5', null), autoRenew: fc.constantFrom(true, 'true') },
    { requiredKeys: [] },
  ),
  // Keys and numbers of metadata that can't be kept are what the schema does not say: generators of clients
  // know no such schema.
  fc
    .jsonValue({ maxDepth: 3 })
    .filter((json) => !/"":|"__proto__":|e-?(1[2-9]|[23])\d|e\+(1[2-9]|[23])\d/.test(JSON.stringify(json))),
);

describe.each(bodies)('the body of $schema', ({ schema, parse, valid, fields }) => {
  const asWritten = (body: unknown) => violations(body, `/components/schemas/${schema}`).length === 0;

  it('is taken when it is valid', () => {
    expect(accepts(() => parse(valid))).toBe(true);
    expect(asWritten(valid)).toBe(true);
  });

  it('is taken and rejected by the service as openapi.yaml says', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 2 }), (changes) => {
        // A schema that allows it gives generated clients a class with a worse name.
        if (schema === 'CreateRequest') fc.pre(changes['metadata'] !== null);
        const body = { ...valid, ...changes };
        expect([body, accepts(() => parse(body))]).toEqual([body, asWritten(body)]);
      }),
      { numRuns: 1000 },
    );
  });

  it('may lack fields as openapi.yaml says', () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(valid)), (left) => {
        const body = Object.fromEntries(Object.entries(valid).filter(([name]) => left.includes(name)));
        expect([body, accepts(() => parse(body))]).toEqual([body, asWritten(body)]);
      }),
    );
  });

  it.each([null, [], 'text', 7, true])('is rejected when it is %j', (body) => {
    expect(accepts(() => parse(body))).toBe(false);
    expect(asWritten(body)).toBe(false);
  });
});
