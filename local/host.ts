/** The synthesized stack, hosted on this machine: its tables, its functions, its routes. */
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Session } from '../functions/session/session.ts';
import { inBlock } from '../infra/config/stage.ts';
import { type Access, openAccess } from './access.ts';
import { Clock } from './clock.ts';
import { openData, type Time } from './data.ts';
import { type Credentials, credentialsFor } from './dynamodb/credentials.ts';
import { DATA_UNUSABLE, type EmbeddedDynamoDB, startEmbeddedDynamoDB } from './dynamodb/embedded-dynamodb.ts';
import type { BusEvent } from './events/event-bus.ts';
import { type Events, openEvents } from './events.ts';
import { buildFunction } from './functions.ts';
import { Faults } from './gateway/faults.ts';
import { createGateway } from './gateway/gateway.ts';
import type { RequestRecord } from './gateway/request-record.ts';
import { createThrottle } from './gateway/throttle.ts';
import { missingRoute, rejectedPreflight } from './hints.ts';
import type { LocalFunction, OnLog } from './lambda/lambda.ts';
import { assertFree, close, listen, unavailablePort } from './loopback.ts';
import type { LocalOptions } from './options.ts';
import type { StackDefinition } from './stack/stack-definition.ts';
import { type SynthesizedStack, synthesize } from './stack/synthesis.ts';
import { readTemplate } from './stack/template.ts';
import { StartError } from './start-error.ts';
import { TemporaryDirectory } from './temporary-directory.ts';

export interface LocalHost {
  /** `http://localhost:<port>`. */
  url: string;
  stack: StackDefinition;
  gateway: Server;
  /** By the ids of their constructs. */
  functions: ReadonlyMap<string, LocalFunction>;
  dynamodb: { endpoint: string; region: string; credentials: Credentials; isEmbedded: boolean };
  access: Access;
  /** Written to a table that the host created; empty for an existing one. */
  samples: Session[];
  /** Of the embedded DynamoDB's sessions; undefined with another one. */
  time: Time | undefined;
  events: Pick<Events, 'settle' | 'pending'>;
  /** Those that were asked for. */
  faults: Faults;
  close(): Promise<void>;
}

export interface HostOptions {
  /** Awaited before a function gets a request. */
  settle?(): Promise<void>;
  /** Receives what functions log outside of requests. */
  onLog?: OnLog;
  /** Receives each request to the API with its response and its log. */
  onRequest?(request: RequestRecord): void;
  /** Receives each event of a session. */
  onEvent?(event: BusEvent): void;
  /** The host's, for tests that set it. */
  clock?: Clock;
  /** Whether a debugger may pause the functions. */
  isDebugged?: boolean;
  /** A stack that is synthesized already, to be hosted instead of one made from the settings. */
  synthesized?: SynthesizedStack;
}

/**
 * Starts everything. When it can't, nothing is left running.
 * @throws StartError that says in one line what to change: a bad setting, a port that is taken, no DynamoDB
 * there.
 */
export async function startHost(
  settings: LocalOptions,
  {
    settle = async () => {},
    onLog = () => {},
    onRequest = () => {},
    onEvent = () => {},
    clock = new Clock(),
    isDebugged = false,
    synthesized,
  }: HostOptions = {},
): Promise<LocalHost> {
  await using started = new AsyncDisposableStack();
  const directory = started.use(new TemporaryDirectory());
  const abort = new AbortController();
  started.defer(() => abort.abort());
  // Begun first: it takes most of the time, and another core.
  const synthesis =
    synthesized ??
    synthesize(
      { app: APP, context: withLocalIssuer(settings.context), arrange: inBlock, outdir: directory.path },
      abort.signal,
    );
  // Until it is awaited below, where it is thrown.
  Promise.resolve(synthesis).catch(() => {});
  await assertFree(settings.port).catch(unavailablePort(settings.port, 'PORT'));
  let endpoint = settings.dynamodbEndpoint;
  let embedded: EmbeddedDynamoDB | undefined;
  if (endpoint === undefined) {
    embedded = await startEmbeddedDynamoDB(settings.dynamodbPort, settings.dataDirectory, JSON_PARSE).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== DATA_UNUSABLE)
          return unavailablePort(settings.dynamodbPort, 'DYNAMODB_PORT')(error);
        throw new StartError(`--data ${settings.dataDirectory}: ${error.message}`);
      },
    );
    const { endpoint: own, close: stop } = embedded;
    started.defer(stop);
    endpoint = own;
  }

  const region = process.env['AWS_REGION'] || 'us-east-1';
  const stack = readTemplate(await synthesis, region);

  if (stack.tables.length === 0 && settings.dynamodbEndpoint === undefined) {
    throw new StartError('-c existingTable: only with DYNAMODB_ENDPOINT, where that table is');
  }
  const credentials = await credentialsFor(endpoint);
  const client = new DynamoDBClient({ endpoint, region, credentials });
  started.defer(() => client.destroy());
  const isEmbedded = embedded !== undefined;
  const functions = new Map<string, LocalFunction>();
  const events = await openEvents(stack, {
    ...{ functions, client, region, isEmbedded, onEvent },
    now: clock.now,
    report: (text) => onLog({ functionName: 'Events', kind: 'line', text }),
  });
  started.defer(() => events.close());
  const data = await openData(client, stack, {
    ...{ endpoint, isEmbedded, clock },
    beforeMove: (sessionId) => (sessionId === undefined ? events.settle() : events.arm(sessionId)),
    afterMove: events.settle,
    // Timers that fired ahead are missing now.
    afterReset: () => events.arm(),
  });
  started.defer(() => data.close());

  const access = await openAccess(stack, settings, region, clock.now).catch(
    unavailablePort(settings.jwtIssuerPort, 'JWT_ISSUER_PORT'),
  );
  started.defer(() => access.close());

  for (const definition of stack.functions) {
    const localFunction = buildFunction(definition, {
      ...{ region, endpoint, credentials, clock, isDebugged, onLog },
      replaced: { ...access.environment, ...events.environment },
    });
    started.defer(() => localFunction.close());
    functions.set(definition.name, localFunction);
  }

  // Before the functions: nothing invokes one that is closed.
  started.defer(() => events.close());
  if (embedded) events.follow(embedded);
  if (data.samples.length === 0) await events.arm();

  const faults = new Faults();
  const gateway = createGateway({
    routes: stack.routes,
    functions,
    authorize: access.authorizeWith(functions),
    cors: stack.cors,
    throttle: createThrottle(stack.throttle),
    faults,
    now: clock.now,
    settle: async () => void (await Promise.all([data.settle(), settle()])),
    report: onRequest,
    hints: {
      missingRoute: (method, path) => missingRoute(method, path, stack.routes),
      rejectedPreflight: (request) => rejectedPreflight(stack.cors, request),
    },
  });
  const port = await listen(gateway, settings.port).catch(unavailablePort(settings.port, 'PORT'));
  started.defer(() => close(gateway));

  const running = started.move();
  return {
    url: `http://localhost:${port}`,
    stack,
    gateway,
    functions,
    dynamodb: { endpoint, region, credentials, isEmbedded },
    access,
    samples: data.samples,
    time: data.time,
    events,
    faults,
    close: () => running.disposeAsync(),
  };
}

const APP = fileURLToPath(new URL('../infra/app.ts', import.meta.url));

/** Tokens of the local issuer have these values, unless the settings name an issuer. */
export const withLocalIssuer = (context: Readonly<Record<string, string>>): Record<string, string> => ({
  ...(context['auth'] === 'jwt' && { jwtIssuer: 'https://issuer.local', jwtAudience: 'sessions-api' }),
  ...context,
});

/** Repairs JSON.parse in the embedded DynamoDB too. */
const JSON_PARSE = new URL('../functions/aws/json-parse.ts', import.meta.url).href;
