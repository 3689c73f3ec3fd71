/** Reads a stack's definition from its synthesized template. */
import { join } from 'node:path';
import { resolveIntrinsics } from './intrinsics.ts';
import type {
  AuthorizerDefinition,
  CorsDefinition,
  FunctionDefinition,
  IndexDefinition,
  StackDefinition,
  TableDefinition,
  ThrottleDefinition,
} from './stack-definition.ts';
import type { SynthesizedStack } from './synthesis.ts';

/** The properties that are read, as CDK writes them a moment before. */
interface Properties {
  'AWS::DynamoDB::GlobalTable': {
    TableName?: string;
    KeySchema: TableDefinition['keySchema'];
    AttributeDefinitions: TableDefinition['attributes'];
    GlobalSecondaryIndexes?: IndexDefinition[];
    TimeToLiveSpecification?: { AttributeName: string };
  };
  'AWS::Lambda::Function': {
    Handler: string;
    MemorySize: number;
    Timeout: number;
    Environment?: { Variables: Record<string, unknown> };
  };
  'AWS::Lambda::Alias': { FunctionName: unknown };
  'AWS::ApiGatewayV2::Integration': { IntegrationUri: unknown };
  'AWS::ApiGatewayV2::Route': {
    RouteKey: string;
    Target: unknown;
    AuthorizationType?: string;
    AuthorizerId?: unknown;
  };
  'AWS::ApiGatewayV2::Api': { CorsConfiguration?: CorsDefinition };
  'AWS::ApiGatewayV2::Stage': { DefaultRouteSettings: ThrottleDefinition };
  'AWS::ApiGatewayV2::Authorizer':
    | {
        AuthorizerType: 'REQUEST';
        AuthorizerUri: unknown;
        IdentitySource: string[];
        AuthorizerResultTtlInSeconds: number;
      }
    | { AuthorizerType: 'JWT'; JwtConfiguration: { Issuer: string; Audience: string[] } };
  'AWS::SecretsManager::Secret': object;
}

interface Resource<Type extends keyof Properties = keyof Properties> {
  Type: Type;
  Properties: Properties[Type];
  Metadata?: Record<string, string>;
}

/** @param region what `AWS::Region` stands for. */
export function readTemplate(stack: SynthesizedStack, region: string): StackDefinition {
  const tables = findResources(stack, 'AWS::DynamoDB::GlobalTable').map(([id, table]) => ({
    id,
    // CloudFormation would make a name; here it is the construct's path, so that it is the same at every
    // start.
    name: table.Properties.TableName ?? `${stack.name}-${constructId(id, table)}`,
    properties: table.Properties,
  }));
  const names = {
    ...Object.fromEntries(tables.map(({ id, name }) => [id, name])),
    ...Object.fromEntries(findResources(stack, 'AWS::SecretsManager::Secret').map(([id]) => [id, id])),
    'AWS::Region': region,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
    // Ids derived from it are the same at every start.
    'AWS::StackId': `local:${stack.name}`,
  };
  const functions = new Map(
    findResources(stack, 'AWS::Lambda::Function').map(([id, resource]) => [
      id,
      functionDefinition(stack, id, resource, names),
    ]),
  );
  // A route may lead to a function by its alias.
  for (const [id, { Properties: properties }] of findResources(stack, 'AWS::Lambda::Alias')) {
    const target = functions.get(referenced(properties.FunctionName));
    if (target) functions.set(id, target);
  }
  const integrations = new Map(findResources(stack, 'AWS::ApiGatewayV2::Integration'));
  const authorizers = new Map(
    findResources(stack, 'AWS::ApiGatewayV2::Authorizer').map(([id, { Properties: properties }]) => [
      id,
      authorizerDefinition(properties, functions),
    ]),
  );
  const [api] = findResources(stack, 'AWS::ApiGatewayV2::Api');
  const [stage] = findResources(stack, 'AWS::ApiGatewayV2::Stage');
  if (!stage) throw new Error('The API has no stage');

  return {
    name: stack.name,
    tables: tables.map(({ name, properties }) => ({
      name,
      keySchema: properties.KeySchema,
      attributes: properties.AttributeDefinitions,
      indexes: (properties.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
      timeToLiveAttribute: properties.TimeToLiveSpecification?.AttributeName,
    })),
    functions: [...new Set(functions.values())],
    routes: findResources(stack, 'AWS::ApiGatewayV2::Route').map(([, { Properties: properties }]) => {
      const [method = '', path = ''] = properties.RouteKey.split(' ');
      const integration = integrations.get(referenced(properties.Target));
      const target = functions.get(referenced(integration?.Properties.IntegrationUri));
      if (!target) throw new Error(`The route ${properties.RouteKey} leads to no function of the stack`);
      const authorizer: AuthorizerDefinition | undefined =
        properties.AuthorizationType === 'AWS_IAM'
          ? { kind: 'iam' }
          : authorizers.get(referenced(properties.AuthorizerId));
      return { method, path, functionName: target.name, ...(authorizer && { authorizer }) };
    }),
    cors: api?.[1].Properties.CorsConfiguration,
    throttle: stage[1].Properties.DefaultRouteSettings,
  };
}

function authorizerDefinition(
  properties: Properties['AWS::ApiGatewayV2::Authorizer'],
  functions: ReadonlyMap<string, FunctionDefinition>,
): AuthorizerDefinition {
  if (properties.AuthorizerType === 'JWT') {
    const { Issuer: issuer, Audience: audience } = properties.JwtConfiguration;
    return { kind: 'jwt', issuer, audience };
  }
  const target = functions.get(referenced(properties.AuthorizerUri));
  const [source = ''] = properties.IdentitySource;
  if (!target) throw new Error(`The authorizer by ${source} leads to no function of the stack`);
  return {
    kind: 'function',
    functionName: target.name,
    identityHeader: source.replace('$request.header.', '').toLowerCase(),
    cacheSeconds: properties.AuthorizerResultTtlInSeconds,
  };
}

function findResources<Type extends keyof Properties>(
  { template }: SynthesizedStack,
  type: Type,
): [string, Resource<Type>][] {
  const { Resources: resources } = template as { Resources: Record<string, Resource> };
  return Object.entries(resources).filter(
    (entry): entry is [string, Resource<Type>] => entry[1].Type === type,
  );
}

function functionDefinition(
  stack: SynthesizedStack,
  logicalId: string,
  resource: Resource<'AWS::Lambda::Function'>,
  names: Readonly<Record<string, string>>,
): FunctionDefinition {
  const { Properties: properties, Metadata: metadata } = resource;
  return {
    name: constructId(logicalId, resource),
    directory: join(stack.directory, metadata?.['aws:asset:path'] ?? ''),
    handler: properties.Handler,
    memoryMegabytes: properties.MemorySize,
    timeoutSeconds: properties.Timeout,
    environment: Object.fromEntries(
      Object.entries(properties.Environment?.Variables ?? {}).map(([name, value]) => [
        name,
        String(resolveIntrinsics(value, names)),
      ]),
    ),
  };
}

/** `Sessions-dev/GetSession/Resource` is the construct GetSession. */
function constructId(logicalId: string, resource: Resource): string {
  return resource.Metadata?.['aws:cdk:path']?.split('/').at(-2) ?? logicalId;
}

/** The logical id within `{Ref: id}`, `{Fn::GetAtt: [id, …]}` or a join of such. */
function referenced(value: unknown): string {
  return JSON.stringify(value ?? '').match(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/)?.[1] ?? '';
}
