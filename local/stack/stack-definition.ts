/** The part of a stack that the local host serves. */

export interface TableDefinition {
  name: string;
  keySchema: KeySchemaElement[];
  attributes: { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  indexes: IndexDefinition[];
  timeToLiveAttribute: string | undefined;
}

export interface IndexDefinition {
  IndexName: string;
  KeySchema: KeySchemaElement[];
  Projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: string[] };
}

interface KeySchemaElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

export interface FunctionDefinition {
  /** The construct's id, which is also what `sam local invoke` calls it. */
  name: string;
  /** The folder with the bundled code. */
  directory: string;
  /** `<file>.<export>`. */
  handler: string;
  memoryMegabytes: number;
  timeoutSeconds: number;
  environment: Record<string, string>;
}

export interface RouteDefinition {
  method: string;
  path: string;
  functionName: string;
  /** Undefined lets everybody pass. */
  authorizer?: AuthorizerDefinition;
}

export type AuthorizerDefinition =
  | {
      kind: 'function';
      functionName: string;
      /** The required header, which is the cache key too. */
      identityHeader: string;
      cacheSeconds: number;
    }
  | { kind: 'iam' }
  | { kind: 'jwt'; issuer: string; audience: string[] };

export interface CorsDefinition {
  AllowOrigins: string[];
  AllowMethods: string[];
  AllowHeaders: string[];
  ExposeHeaders: string[];
  MaxAge: number;
}

/** Of each route. */
export interface ThrottleDefinition {
  /** Requests a second. */
  ThrottlingRateLimit: number;
  ThrottlingBurstLimit: number;
}

/** A function that the table's stream invokes. */
export interface StreamDefinition {
  functionName: string;
  /** Patterns, of which a record must match one. */
  filters: object[];
  /** Records of an invocation at most. */
  batchSize: number;
}

export interface StackDefinition {
  name: string;
  tables: TableDefinition[];
  functions: FunctionDefinition[];
  routes: RouteDefinition[];
  streams: StreamDefinition[];
  /** Undefined sends no CORS headers. */
  cors: CorsDefinition | undefined;
  throttle: ThrottleDefinition;
}
