/** The resources of a synthesized template, as far as the local host reads them. */
import type {
  CorsDefinition,
  IndexDefinition,
  TableDefinition,
  ThrottleDefinition,
} from './stack-definition.ts';
import type { SynthesizedStack } from './synthesis.ts';

/** The properties that are read, as CDK writes them a moment before. */
export interface Properties {
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
  'AWS::Lambda::EventSourceMapping': {
    FunctionName: unknown;
    BatchSize: number;
    FilterCriteria: { Filters: { Pattern: string }[] };
  };
  'AWS::Events::EventBus': object;
  'AWS::Scheduler::ScheduleGroup': object;
  'AWS::IAM::Role': object;
}

/** Resources that functions know by their name or their ARN, neither of which means anything here. */
export const NAMED = [
  'AWS::SecretsManager::Secret',
  'AWS::Events::EventBus',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::IAM::Role',
] as const;

export interface Resource<Type extends keyof Properties = keyof Properties> {
  Type: Type;
  Properties: Properties[Type];
  Metadata?: Record<string, string>;
}

export function findResources<Type extends keyof Properties>(
  { template }: SynthesizedStack,
  type: Type,
): [string, Resource<Type>][] {
  const { Resources: resources } = template as { Resources: Record<string, Resource> };
  return Object.entries(resources).filter(
    (entry): entry is [string, Resource<Type>] => entry[1].Type === type,
  );
}

/** `Sessions-dev/GetSession/Resource` is the construct GetSession. */
export function constructId(logicalId: string, resource: Resource): string {
  return resource.Metadata?.['aws:cdk:path']?.split('/').at(-2) ?? logicalId;
}

/** The logical id within `{Ref: id}`, `{Fn::GetAtt: [id, …]}` or a join of such. */
export function referenced(value: unknown): string {
  return JSON.stringify(value ?? '').match(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/)?.[1] ?? '';
}
