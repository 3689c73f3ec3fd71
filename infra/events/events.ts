/**
 * Events of sessions: the table's stream makes PublishEvents publish and arm timers, and timers make ExpireSessions
 * publish that a session has expired. No request waits for either.
 */
import { Annotations, Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import * as variables from '../../functions/aws/environment.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Options } from '../config/options.ts';
import type { Identity } from '../identity.ts';
import { addLiveAlias } from '../lambda/canary.ts';
import type { ServiceFunction } from '../lambda/service-function.ts';
import { assertUsable } from './assert-usable.ts';
import { buildEventFunction, putEvents } from './event-function.ts';
import { buildFailureQueue } from './failure-queue.ts';
import { addStreamSource, streamStatements } from './stream-source.ts';
import { TimerGroup } from './timer-group.ts';

export interface SessionEvents {
  bus: IEventBus;
  publish: ServiceFunction;
  expire: ServiceFunction;
  /** Of ExpireSessions' alias, which timers invoke. */
  expireArn: string;
  /** The name of the group of timers. */
  timerGroup: string;
  /** Batches of the stream, and timers, that failed after all retries. */
  publishFailures: IQueue;
  expireFailures: IQueue;
}

/** How long Lambda retries a throttled invocation. A failing one is retried twice, within three minutes. */
const EXPIRE_AGE = Duration.hours(6);

export function addEvents(
  scope: Construct,
  options: Options,
  identity: Identity,
  table: ITable,
): SessionEvents | undefined {
  if (!options.events) return undefined;
  assertUsable(scope, table, options.eventBus);
  if (options.auth.kind === 'none') Annotations.of(scope).addInfoV2('sessions-api:event-secrets', SECRETS);
  const bus =
    options.eventBus ??
    (new EventBus(scope, 'EventBus', {
      eventBusName: identity.name,
      description: `Events of sessions of ${identity.name}`,
    }) as IEventBus);
  const timers = new TimerGroup(scope, 'Timers');
  const shared = { options, identity, table, environment: { [variables.EVENT_BUS.name]: bus.eventBusArn } };

  const expireFailures = buildFailureQueue(scope, 'ExpireFailures');
  const expire = buildEventFunction(scope, 'ExpireSessions', {
    ...shared,
    file: 'expire-sessions',
    caller: 'EventBridge Scheduler',
    summary: 'Publishes that a session has expired',
    tableActions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    environment: { ...shared.environment, ...timers.environment },
    statements: [putEvents(bus), ...timers.statements, expireFailures.sendStatement],
  });
  timers.acknowledgeFor(expire);
  const expireAlias = addLiveAlias(expire, options);
  expireAlias.configureAsyncInvoke({
    maxEventAge: EXPIRE_AGE,
    retryAttempts: 2,
    onFailure: expireFailures.asDestination(),
  });
  timers.invoke(expireAlias.functionArn);

  const publishFailures = buildFailureQueue(scope, 'PublishFailures');
  const publish = buildEventFunction(scope, 'PublishEvents', {
    ...shared,
    file: 'publish-events',
    caller: "The table's stream",
    summary: 'Publishes events of sessions and arms their timers',
    tableActions: [],
    environment: {
      ...shared.environment,
      ...timers.environment,
      [variables.EXPIRE_FUNCTION.name]: expireAlias.functionArn,
    },
    statements: [
      putEvents(bus),
      ...timers.statements,
      ...streamStatements(table),
      publishFailures.sendStatement,
    ],
  });
  timers.acknowledgeFor(publish);
  acknowledge(publish.ownRole, 'IAM5[Resource::*]', 'ListStreams takes no resource.');
  addStreamSource(scope, addLiveAlias(publish, options), table, publishFailures.queue);

  return {
    bus,
    publish,
    expire,
    expireArn: expireAlias.functionArn,
    timerGroup: timers.groupName,
    publishFailures: publishFailures.queue,
    expireFailures: expireFailures.queue,
  };
}

const SECRETS =
  "With auth=none whoever has a session's id may use the session, and events carry ids: let only trusted principals " +
  'read the event bus (SECURITY.md, "Events").';
