/** The whole service as a construct: one table, one HTTP API, one function per route. */
import { Annotations, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus, OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { EventType } from '../functions/session/event.ts';
import { buildAccess } from './api/auth.ts';
import { addDomain } from './api/domain.ts';
import { addHttpApi } from './api/http-api.ts';
import { addRoute } from './api/route.ts';
import { canExtend, EXTENSION_ADVICE } from './config/accessibility.ts';
import { resolveProps } from './config/options.ts';
import type { DomainRecord, SessionsApiProps } from './config/props.ts';
import { addEventRule } from './events/event-rule.ts';
import { addEvents } from './events/events.ts';
import { identify } from './identity.ts';
import { addLiveAlias, CanaryDeployment } from './lambda/canary.ts';
import { serviceUrl } from './lambda/function-environment.ts';
import { addRouteFunctions } from './lambda/route-functions.ts';
import { addAlarms } from './monitoring/alarms.ts';
import { addDashboard } from './monitoring/dashboard.ts';
import { eventMetrics } from './monitoring/event-metrics.ts';
import { MeasuredApi } from './monitoring/measured-api.ts';
import { SessionsMetrics } from './monitoring/metrics.ts';
import { addRollbackAlarm } from './monitoring/rollback.ts';
import type { Route } from './routes.ts';
import { buildTable } from './sessions-table.ts';

const isOfSession = ({ path }: Route): boolean => path.includes('{sessionId}');

/**
 * A Sessions API, wire-compatible with elizaOS's: DynamoDB, Lambda and an HTTP API, with alarms and a dashboard.
 * docs/construct.md says how to use it.
 */
export class SessionsApi extends MeasuredApi {
  /** The base URL, with a slash at its end: the domain's where the execute-api endpoint is off. */
  readonly url: string;
  readonly api: HttpApi;
  readonly table: ITable;
  /** By the ids of the routes, such as `GetSession`. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** The secret with the API keys; only with `Auth.apiKeys()`. */
  readonly apiKeysSecret: ISecret | undefined;
  /** Those that tell the topic: not the ones that roll a version back. */
  readonly alarms: readonly Alarm[];
  /** What the domain's DNS record points to; only with `domain`. */
  readonly domain: DomainRecord | undefined;

  /** The bus with the events of sessions; only with `events`. */
  readonly eventBus: IEventBus | undefined;
  /** The ARN that timers of sessions invoke; only with `events`. */
  readonly expireSessionsArn: string | undefined;

  readonly #hasIam: boolean;
  /** @internal */
  protected readonly metrics: SessionsMetrics;

  /** @throws Error for an invalid property, in one line that names it. */
  constructor(scope: Construct, id: string, props: SessionsApiProps) {
    super(scope, id);
    const options = resolveProps(props, this.node.path);
    const identity = identify(this);
    if (!canExtend(options)) Annotations.of(this).addInfoV2('sessions-api:wcag', EXTENSION_ADVICE);
    this.table = buildTable(this, options);
    const { authorizer, authorizerFunction, secret } = buildAccess(
      this,
      options,
      identity,
      serviceUrl('secretsmanager'),
    );
    const { api, stage, accessLogs } = addHttpApi(this, options, identity, authorizer);
    const functions = addRouteFunctions(this, options, identity, this.table);
    const events = addEvents(this, options, identity, this.table);
    this.eventBus = events?.bus;
    this.expireSessionsArn = events?.expireArn;
    this.metrics = new SessionsMetrics(this, 'Metrics', {
      service: identity.name,
      api,
      accessLogs,
      functions: {
        ofSession: [...functions].filter(([route]) => isOfSession(route)).map(([, one]) => one),
        others: [
          ...[...functions].filter(([route]) => !isOfSession(route)).map(([, one]) => one),
          ...(authorizerFunction ? [authorizerFunction] : []),
          ...(events ? [events.publish, events.expire] : []),
        ],
      },
      table: this.table,
      idSuffix: identity.path === '' ? '' : `_${this.node.addr.slice(-6)}`,
    });
    this.alarms = addAlarms(this, this.metrics, options, identity.name, events && eventMetrics(events));
    addDashboard(this, `${identity.name}-${Stack.of(this).region}`, this.metrics, options, this.alarms);
    const canary = options.isCanary ? new CanaryDeployment(this, 'Deployments') : undefined;
    for (const [route, routeFunction] of functions) {
      const alias = addLiveAlias(routeFunction, options);
      canary?.shiftTraffic(
        routeFunction,
        alias,
        addRollbackAlarm(identity.name, routeFunction, alias, options.alarmTopic),
      );
      addRoute(api, route, alias as IFunction, authorizer);
    }
    this.domain = addDomain(this, options, api, stage);
    // The domain's DNS record comes later than the stack: until the execute-api endpoint is off, that is the URL.
    this.url = !options.executeApi && this.domain ? this.domain.url : stage.url;
    this.api = api;
    this.functions = Object.fromEntries([...functions].map(([route, one]) => [route.id, one]));
    this.apiKeysSecret = secret;
    this.#hasIam = options.auth.kind === 'iam';
  }

  /** A rule for new sessions. @throws Error without `events`. */
  onCreated(id: string, options: OnEventOptions = {}): Rule {
    return this.#onEvent('session.created', id, options);
  }

  /** A rule for sessions that have expired, within two minutes or so. @throws Error without `events`. */
  onExpired(id: string, options: OnEventOptions = {}): Rule {
    return this.#onEvent('session.expired', id, options);
  }

  /** A rule for sessions that were deleted. @throws Error without `events`. */
  onDeleted(id: string, options: OnEventOptions = {}): Rule {
    return this.#onEvent('session.deleted', id, options);
  }

  /** A rule for sessions that DynamoDB has purged, days after their expiry. @throws Error without `events`. */
  onPurged(id: string, options: OnEventOptions = {}): Rule {
    return this.#onEvent('session.purged', id, options);
  }

  #onEvent(type: EventType, id: string, options: OnEventOptions): Rule {
    if (!this.eventBus) throw new Error(`${this.node.path}: a rule for ${type} needs events: true`);
    return addEventRule(this, id, { bus: this.eventBus, table: this.table, type }, options);
  }

  /**
   * Lets a principal call every route, with `Auth.iam()`.
   * @throws Error with another auth, where the permission would mean nothing.
   */
  grantInvoke(grantee: IGrantable): Grant {
    if (!this.#hasIam) throw new Error(`${this.node.path}: grantInvoke is for Auth.iam()`);
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: [this.api.arnForExecuteApi()],
    });
  }
}
