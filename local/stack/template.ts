/** Reads a stack's definition from its synthesized template. */
import { join } from 'node:path';
import { functionArn } from '../lambda/function-arn.ts';
import { resolveIntrinsics } from './intrinsics.ts';
import type { AuthorizerDefinition, FunctionDefinition, StackDefinition } from './stack-definition.ts';
import type { SynthesizedStack } from './synthesis.ts';
import {
  constructId,
  findResources,
  NAMED,
  type Properties,
  type Resource,
  referenced,
} from './template-resources.ts';

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
    ...Object.fromEntries(
      NAMED.flatMap((type) => findResources(stack, type)).flatMap(([id]) => [
        [id, id],
        [`${id}.Arn`, `arn:aws:local:${region}:000000000000:${id}`],
      ]),
    ),
    ...Object.fromEntries(
      findResources(stack, 'AWS::Lambda::Alias').map(
        ([
          id,
          {
            Properties: { FunctionName },
          },
        ]) => {
          const target = findResources(stack, 'AWS::Lambda::Function').find(
            ([name]) => name === referenced(FunctionName),
          );
          return [id, target ? functionArn(constructId(...target)) : id];
        },
      ),
    ),
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
    streams: findResources(stack, 'AWS::Lambda::EventSourceMapping').map(
      ([, { Properties: properties }]) => ({
        functionName: functions.get(referenced(properties.FunctionName))?.name ?? '',
        filters: properties.FilterCriteria.Filters.map(({ Pattern }) => JSON.parse(Pattern)),
        batchSize: properties.BatchSize,
      }),
    ),
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
