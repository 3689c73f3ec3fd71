/** The properties of the construct. docs/construct.md has each with its default; a test compares both. */
import type { RemovalPolicy } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Auth } from './auth.ts';

/** Minutes, whole numbers. */
export interface Timeouts {
  /**
   * Idle timeout of a session that does not set its own.
   * @default 30
   */
  readonly timeoutMinutes?: number;
  /**
   * Maximum duration of a session that does not set its own.
   * @default 720
   */
  readonly maxDurationMinutes?: number;
  /**
   * How long before its expiry a session that does not set its own is near it.
   * @default 5
   */
  readonly warningThresholdMinutes?: number;
  /**
   * The least `timeoutMinutes` that a request may set.
   * @default 5
   */
  readonly minTimeoutMinutes?: number;
  /**
   * The most `timeoutMinutes` that a request may set; `maxDurationMinutes` may be twice that.
   * @default 1440
   */
  readonly maxTimeoutMinutes?: number;
}

/** API Gateway's throttle of each route; more requests are 429. */
export interface Throttle {
  /**
   * Requests a second.
   * @default 1000
   */
  readonly rateLimit?: number;
  /** @default 1000 */
  readonly burstLimit?: number;
}

export interface Domain {
  /** In lower case, such as `sessions.example.com`. Its DNS record is not made here. */
  readonly name: string;
  /** In the region of the stack. */
  readonly certificate: ICertificate;
}

/** The values for the domain's DNS record. */
export interface DomainRecord {
  /** The base URL, once DNS has it. */
  readonly url: string;
  /** What the record points to: a CNAME, or an alias. */
  readonly target: string;
  /** The hosted zone of the target, for an alias record of Route 53. */
  readonly hostedZoneId: string;
}

export interface SessionsApiProps {
  /** Who may call the API. */
  readonly auth: Auth;

  /**
   * Defaults and bounds of sessions' timeouts.
   * @default - those of elizaOS: 30, 720 and 5 minutes
   */
  readonly timeouts?: Timeouts;

  /**
   * Origins of pages that may call the API, such as `https://app.example`; `*`, alone and with `Auth.none()`, for all.
   * @default - none
   */
  readonly corsOrigins?: readonly string[];

  /**
   * Whether sessions can be listed, and deleted by user or agent.
   * @default - false with `Auth.none()`, since a list hands out ids; else true
   */
  readonly list?: boolean;

  /**
   * Data, API keys and logs outlive the stack, the table is protected from deletion, and a new version of a function
   * gets a tenth of the requests first (`canary`).
   * @default true
   */
  readonly production?: boolean;

  /**
   * Whether a new version of a function receives a tenth of its route's requests for 15 minutes, and is rolled back
   * where it fails more often than the one before. Only with `production`.
   * @default - the value of `production`
   */
  readonly canary?: boolean;

  /**
   * What happens to the table when the stack is deleted. The table is protected from deletion unless it is DESTROY.
   * @default - RETAIN with `production`, else DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * A table that is there already, with the key, the indexes and the TTL of docs/reference.md, "Stored item". The functions are
   * given the actions of its KMS key.
   * @default - a table of the construct's own
   */
  readonly table?: ITable;

  /**
   * Regions with a replica of the table, such as `eu-west-1`. The stack must know its own region.
   * @default - none
   */
  readonly replicas?: readonly string[];

  /**
   * Tags of the table and its replicas, which don't get the stack's.
   * @default - none
   */
  readonly replicaTags?: Readonly<Record<string, string>>;

  /**
   * A domain name before the API.
   * @default - the execute-api endpoint only
   */
  readonly domain?: Domain;

  /**
   * Whether the API answers on its execute-api endpoint too. False only with `domain`.
   * @default true
   */
  readonly executeApi?: boolean;

  /**
   * The throttle of each route.
   * @default - 1000 requests a second, bursts of 1000
   */
  readonly throttle?: Throttle;

  /**
   * Receives a message when an alarm is raised, when it is over, and when a version is rolled back.
   * @default - alarms send no messages
   */
  readonly alarmTopic?: ITopic;

  /**
   * Memory of every function, in MB, 128 to 10240.
   * @default - by function, as measured (docs/performance.md)
   */
  readonly memoryMb?: number;

  /**
   * The most requests of a function at a time, reserved of the account's concurrency.
   * @default - the account's
   */
  readonly maxConcurrency?: number;

  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Whether X-Ray traces the functions.
   * @default false
   */
  readonly tracing?: boolean;

  /**
   * Whether events are published when a session is created, expires, is deleted or purged (docs/events.md).
   * @default false
   */
  readonly events?: boolean;

  /**
   * The bus that receives the events. Whoever may put events there may forge them, and whoever may read them learns the
   * ids of sessions.
   * @default - a bus of the construct's own
   */
  readonly eventBus?: IEventBus;

  /**
   * The API's description.
   * @default 'Sessions API'
   */
  readonly description?: string;
}
