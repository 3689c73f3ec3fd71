/**
 * Request bodies: their schemas, and the messages for invalid ones. Checked by valibot, which adds 5 KB to a
 * bundle for these schemas; zod's mini build adds 18.
 */
import * as v from 'valibot';
import { countMetadataBytes, MAX_METADATA_BYTES, metadataProblem } from '../session/metadata-limits.ts';
import { UUID } from '../session/session.ts';
import { isMap } from '../session/store/metadata.ts';
import {
  ELIZAOS_BOUNDS,
  longestDuration,
  type TimeoutBounds,
  type TimeoutConfig,
} from '../session/timeout-config.ts';
import { validationError } from './errors.ts';

/** The body of POST /sessions. An optional field that is null counts as absent, as in elizaOS. */
export interface CreateRequest {
  /** The caller's own; the server generates one if absent. */
  sessionId?: string;
  /** With `sessionId`: a live session of the same user and agent is returned. */
  ifExists?: 'return';
  agentId: string;
  userId: string;
  channelId?: string;
  metadata?: Record<string, unknown>;
  timeoutConfig?: Partial<TimeoutConfig>;
}

/** @throws HttpError 400 that names the field and its bound. */
export function parseCreateRequest(body: unknown, bounds: TimeoutBounds): CreateRequest {
  const { timeoutConfig, ...rest } = parse(createRequest(bounds), CREATE_FIELDS, body, bounds);
  const request = {
    ...withoutNulls(rest),
    ...(timeoutConfig && { timeoutConfig: withoutNulls(timeoutConfig) }),
  };
  if (request.ifExists !== undefined && request.sessionId === undefined)
    throw validationError('ifExists needs a sessionId');
  if (request.metadata) {
    checkMetadata(request.metadata);
    checkMetadataSize({}, request.metadata);
  }
  return request;
}

/** The metadata patch of a request. @throws HttpError 400 as above. */
export function parseMetadataPatch(body: unknown): Record<string, unknown> {
  const { metadata } = parse(METADATA_PATCH, 'metadata', body);
  checkMetadata(metadata);
  return metadata;
}

/** @throws HttpError 400 for metadata that is too large, unless it was and has not grown. */
export function checkMetadataSize(before: Record<string, unknown>, after: Record<string, unknown>): void {
  const bytes = countMetadataBytes(after);
  if (bytes > MAX_METADATA_BYTES && bytes > countMetadataBytes(before)) {
    throw validationError(`metadata must be ${METADATA_EXPECTATION}`);
  }
}

function checkMetadata(metadata: Record<string, unknown>): void {
  const problem = metadataProblem(metadata);
  if (problem) throw validationError(`metadata ${problem}`);
}

const METADATA_EXPECTATION = `an object of at most ${MAX_METADATA_BYTES} bytes of JSON`;

/** The timeout settings that a request names. @throws HttpError 400 that names the field and its bound. */
export const parseTimeoutPatch = (body: unknown, bounds: TimeoutBounds): Partial<TimeoutConfig> =>
  withoutNulls(parse(timeoutPatch(bounds), TIMEOUT_FIELDS, body, bounds));

/**
 * Checks only a maximum that the request sets; a stored one may come from another program.
 * @param config after `patch` has been merged into it.
 * @param prefix of a field's name, as the request has it.
 * @throws HttpError 400 as above.
 */
export function checkMaximum(patch: Partial<TimeoutConfig>, config: TimeoutConfig, prefix = ''): void {
  if (patch.maxDurationMinutes !== undefined && patch.maxDurationMinutes < config.timeoutMinutes) {
    throw validationError(
      `${prefix}maxDurationMinutes must be at least timeoutMinutes (${config.timeoutMinutes})`,
    );
  }
}

type WithoutNulls<T> = Required<{ [Key in keyof T as null extends T[Key] ? never : Key]: T[Key] }> & {
  [Key in keyof T as null extends T[Key] ? Key : never]?: NonNullable<T[Key]>;
};

const withoutNulls = <T extends object>(fields: T): WithoutNulls<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as WithoutNulls<T>;

const CREATE_FIELDS = 'sessionId, ifExists, agentId, userId, channelId, metadata, timeoutConfig';
const TIMEOUT_FIELDS = 'timeoutMinutes, autoRenew, maxDurationMinutes, warningThresholdMinutes';

/** An id that a caller chooses. 33 is AgentCore's minimum for its session ids. */
const CHOSEN_ID = /^[A-Za-z0-9_-]{33,128}$/;

const uuid = v.pipe(v.string(), v.regex(UUID));
const minutes = (least: number, most: number) =>
  v.nullish(v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)));

/** valibot's strictObject takes an array for an object. */
const object = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.pipe(v.custom<Record<string, unknown>>(isMap), v.strictObject(entries));

const timeoutPatch = (bounds: TimeoutBounds) =>
  object({
    timeoutMinutes: minutes(bounds.minTimeoutMinutes, bounds.maxTimeoutMinutes),
    autoRenew: v.nullish(v.boolean()),
    maxDurationMinutes: minutes(bounds.minTimeoutMinutes, longestDuration(bounds)),
    warningThresholdMinutes: minutes(1, longestDuration(bounds)),
  });

const createRequest = (bounds: TimeoutBounds) =>
  object({
    sessionId: v.nullish(v.pipe(v.string(), v.regex(CHOSEN_ID))),
    ifExists: v.nullish(v.literal('return')),
    agentId: uuid,
    userId: uuid,
    channelId: v.nullish(uuid),
    metadata: v.nullish(v.custom<Record<string, unknown>>(isMap)),
    timeoutConfig: v.nullish(timeoutPatch(bounds)),
  });

const METADATA_PATCH = object({ metadata: v.custom<Record<string, unknown>>(isMap) });

/** Completes "<field> must be …". */
function expectation(field: string, bounds: TimeoutBounds = ELIZAOS_BOUNDS): string | undefined {
  const wholeNumber = (least: number, most: number) => `a whole number from ${least} to ${most}`;
  return {
    sessionId: '33 to 128 letters, digits, "_" or "-"',
    ifExists: '"return"',
    agentId: 'a UUID',
    userId: 'a UUID',
    channelId: 'a UUID',
    metadata: METADATA_EXPECTATION,
    timeoutConfig: `an object with ${TIMEOUT_FIELDS}`,
    timeoutMinutes: wholeNumber(bounds.minTimeoutMinutes, bounds.maxTimeoutMinutes),
    autoRenew: 'true or false',
    maxDurationMinutes: wholeNumber(bounds.minTimeoutMinutes, longestDuration(bounds)),
    warningThresholdMinutes: wholeNumber(1, longestDuration(bounds)),
  }[field];
}

/** @param fields the names that the body may have, for the error message. */
function parse<Output>(
  schema: v.GenericSchema<unknown, Output>,
  fields: string,
  body: unknown,
  bounds?: TimeoutBounds,
): Output {
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = issue.path?.map(({ key }) => String(key)) ?? [];
  if (path.length === 0) throw validationError('The body must be a JSON object');
  const expected = issue.expected === 'never' ? undefined : expectation(path.at(-1) ?? '', bounds);
  if (expected !== undefined) throw validationError(`${path.join('.')} must be ${expected}`);
  // An unknown name is the client's text, which no response repeats.
  const [parent, itsFields] = path.length > 1 ? ['timeoutConfig', TIMEOUT_FIELDS] : ['The body', fields];
  throw validationError(`${parent} has an unknown field; allowed are ${itsFields}`);
}
