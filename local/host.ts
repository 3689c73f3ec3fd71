/** The synthesized stack, hosted on this machine: its tables, its functions, its routes. */
import { createServer, type Server } from 'node:http';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DYNAMODB_ENDPOINT, SERVICE_NAME } from '../functions/aws/environment.ts';
import type { Session } from '../functions/session/session.ts';
import { type Access, openAccess } from './access.ts';
import { type Credentials, credentialsFor } from './dynamodb/credentials.ts';
import { DATA_UNUSABLE, startEmbeddedDynamoDB } from './dynamodb/embedded-dynamodb.ts';
import { ensureTable } from './dynamodb/tables.ts';
import { createGateway } from './gateway/gateway.ts';
import type { RequestRecord } from './gateway/request-record.ts';
import { missingRoute, rejectedPreflight } from './hints.ts';
import type { SharedClock } from './lambda/clock.ts';
import { LocalFunction } from './lambda/lambda.ts';
import { close, listen, unavailablePort } from './loopback.ts';
import type { LocalOptions } from './options.ts';
import { putSessions, sampleSessions } from './samples.ts';
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
  close(): Promise<void>;
}

export interface HostOptions {
  /** Where the functions' logs go. */
  log: Writable;
  /** Receives each request to the API with its response. */
  onRequest?(request: RequestRecord): void;
  /** The functions' clock, instead of the real one. */
  clock?: SharedClock;
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
  { log, onRequest = () => {}, clock, isDebugged = false, synthesized }: HostOptions,
): Promise<LocalHost> {
  await using started = new AsyncDisposableStack();
  const directory = started.use(new TemporaryDirectory());
  const abort = new AbortController();
  started.defer(() => abort.abort());
  // Begun first: it takes most of the time, and another core.
  const synthesis =
    synthesized ??
    synthesize(
      { app: APP, context: withLocalIssuer(settings.context), outdir: directory.path },
      abort.signal,
    );
  // Until it is awaited below, where it is thrown.
  Promise.resolve(synthesis).catch(() => {});
  await assertFree(settings.port).catch(unavailablePort(settings.port, 'PORT'));
  let endpoint = settings.dynamodbEndpoint;
  if (endpoint === undefined) {
    const embedded = await startEmbeddedDynamoDB(
      settings.dynamodbPort,
      settings.dataDirectory,
      JSON_PARSE,
    ).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== DATA_UNUSABLE) return unavailablePort(settings.dynamodbPort, 'DYNAMODB_PORT')(error);
      throw new StartError(`--data ${settings.dataDirectory}: ${error.message}`);
    });
    started.defer(() => embedded.close());
    endpoint = embedded.endpoint;
  }

  const region = process.env['AWS_REGION'] || 'us-east-1';
  const stack = readTemplate(await synthesis, region);

  if (stack.tables.length === 0 && settings.dynamodbEndpoint === undefined) {
    throw new StartError('-c existingTable: only with DYNAMODB_ENDPOINT, where that table is');
  }
  const credentials = await credentialsFor(endpoint);
  const client = new DynamoDBClient({ endpoint, region, credentials });
  started.defer(() => client.destroy());
  const samples = await prepareTables(client, stack, endpoint);

  const access = await openAccess(stack, settings, Date.now).catch(
    unavailablePort(settings.jwtIssuerPort, 'JWT_ISSUER_PORT'),
  );
  started.defer(() => access.close());

  const runtimeEnvironment = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
  const functions = new Map<string, LocalFunction>();
  for (const definition of stack.functions) {
    const environment = withReplaced(definition.environment, {
      [DYNAMODB_ENDPOINT.name]: endpoint,
      ...access.environment,
      // CloudWatch is not here to count.
      [SERVICE_NAME.name]: '',
    });
    const localFunction = new LocalFunction({ ...definition, environment }, runtimeEnvironment, log, {
      clock,
      isDebugged,
    });
    started.defer(() => localFunction.close());
    functions.set(definition.name, localFunction);
  }

  const gateway = createGateway({
    routes: stack.routes,
    functions,
    authorize: access.authorizeWith(functions),
    cors: stack.cors,
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
    dynamodb: { endpoint, region, credentials, isEmbedded: settings.dynamodbEndpoint === undefined },
    access,
    samples,
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

async function prepareTables(
  client: DynamoDBClient,
  stack: StackDefinition,
  endpoint: string,
): Promise<Session[]> {
  const samples: Session[] = [];
  for (const table of stack.tables) {
    const created = await ensureTable(client, table).catch((error: Error) => {
      throw new StartError(`No DynamoDB that can be used at ${endpoint}: ${error.message || error.name}`);
    });
    if (created) {
      samples.push(...sampleSessions(Date.now()));
      await putSessions(client, table.name, samples);
    }
  }
  return samples;
}

/** Replaces only variables that the stack sets: one that it lacks is missing here too. */
function withReplaced(
  environment: Record<string, string>,
  replacements: Record<string, string>,
): Record<string, string> {
  const replaced = Object.entries(replacements).filter(([variable]) => variable in environment);
  return { ...environment, ...Object.fromEntries(replaced) };
}

/** Rejects with EADDRINUSE when something listens there. */
async function assertFree(port: number): Promise<void> {
  const probe = createServer();
  await listen(probe, port);
  await close(probe);
}
