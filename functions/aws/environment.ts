/** The environment of a function: every variable that the stack gives it, by name, with how it is read. */
import { LoggableError } from './loggable-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Variable<T> {
  readonly name: string;
  /** Reads it now. @throws LoggableError that names the variable, if it is missing or invalid. */
  read(environment?: Environment): T;
}

function variable<T>(name: string, parse: (text: string | undefined) => T): Variable<T> {
  return { name, read: (environment = process.env) => parse(environment[name] || undefined) };
}

const optional = (name: string): Variable<string | undefined> => variable(name, (text) => text);

const required = (name: string): Variable<string> =>
  variable(name, (text) => {
    if (text === undefined) throw new LoggableError(`${name} is not set`);
    return text;
  });

/** Whole minutes; undefined if absent. */
const minutes = (name: string): Variable<number | undefined> =>
  variable(name, (text) => {
    if (text === undefined) return undefined;
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new LoggableError(`${name} must be whole minutes of 1 or more`);
    return Number(text);
  });

// Pure: a bundle has only the variables that its function reads, which a test holds against the stack.

/** The sessions table. */
export const TABLE_NAME = /* @__PURE__ */ required('TABLE_NAME');

/** The deployment's name, the dimension of its metrics; without it nothing is counted. */
export const SERVICE_NAME = /* @__PURE__ */ optional('SERVICE_NAME');

/** Lambda's own: the function and the version that runs, `$LATEST` where none is published. */
export const FUNCTION_NAME = /* @__PURE__ */ optional('AWS_LAMBDA_FUNCTION_NAME');
export const FUNCTION_VERSION = /* @__PURE__ */ optional('AWS_LAMBDA_FUNCTION_VERSION');

/** URLs of the services: a function that knows them resolves none at its first call. */
export const DYNAMODB_ENDPOINT = /* @__PURE__ */ optional('DYNAMODB_ENDPOINT');
export const SECRETS_MANAGER_ENDPOINT = /* @__PURE__ */ optional('SECRETS_MANAGER_ENDPOINT');

/** The ARN of the secret with the API keys. */
export const API_KEYS_SECRET = /* @__PURE__ */ required('API_KEYS_SECRET');

/** The deployment's own salt for ids that are derived from an Idempotency-Key. */
export const IDEMPOTENCY_SALT = /* @__PURE__ */ required('IDEMPOTENCY_SALT');

/** The claim of a caller's token that names the user who owns sessions; absent where nobody owns any. */
export const OWNER_CLAIM = /* @__PURE__ */ optional('OWNER_CLAIM');

/** The scope of a token whose caller is a service, beside owners; absent where there are no such callers. */
export const SERVICE_SCOPE = /* @__PURE__ */ optional('SERVICE_SCOPE');

/** `on` where health tells how many items the table has. */
export const COUNT_SESSIONS = /* @__PURE__ */ optional('COUNT_SESSIONS');

/** The bus that receives events, by name or ARN; EventBridge's URL. */
export const EVENT_BUS = /* @__PURE__ */ required('EVENT_BUS');
export const EVENTBRIDGE_ENDPOINT = /* @__PURE__ */ optional('EVENTBRIDGE_ENDPOINT');

/** Where timers are armed: EventBridge Scheduler's URL, the group, the role that invokes the function. */
export const SCHEDULER_ENDPOINT = /* @__PURE__ */ optional('SCHEDULER_ENDPOINT');
export const SCHEDULE_GROUP = /* @__PURE__ */ required('SCHEDULE_GROUP');
export const SCHEDULER_ROLE = /* @__PURE__ */ required('SCHEDULER_ROLE');

/** The ARN of the function that timers invoke: of its alias. */
export const EXPIRE_FUNCTION = /* @__PURE__ */ required('EXPIRE_FUNCTION');

/** Defaults and bounds of timeout settings, under elizaOS's names. */
export const DEFAULT_TIMEOUT = /* @__PURE__ */ minutes('SESSION_DEFAULT_TIMEOUT_MINUTES');
export const MAX_DURATION = /* @__PURE__ */ minutes('SESSION_MAX_DURATION_MINUTES');
export const WARNING_THRESHOLD = /* @__PURE__ */ minutes('SESSION_WARNING_THRESHOLD_MINUTES');
export const MIN_TIMEOUT = /* @__PURE__ */ minutes('SESSION_MIN_TIMEOUT_MINUTES');
export const MAX_TIMEOUT = /* @__PURE__ */ minutes('SESSION_MAX_TIMEOUT_MINUTES');

/** Lambda's own variable. */
export const AWS_REGION = /* @__PURE__ */ optional('AWS_REGION');
