/** Access: the authorizer that API Gateway calls before a route's function. */
import { Duration } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpIamAuthorizer,
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { KEY_HEADER } from '../../functions/auth/api-keys.ts';
import { API_KEYS_SECRET, SECRETS_MANAGER_ENDPOINT, SERVICE_NAME } from '../../functions/aws/environment.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Options } from '../config/options.ts';
import type { Identity } from '../identity.ts';
import { memoryOf } from '../lambda/memory.ts';
import { productionRemoval, ServiceFunction } from '../lambda/service-function.ts';

/** The authorizer's function, by its construct id, and the file in functions/ with its handler. */
export const AUTHORIZER = { id: 'AuthorizeApiKey', file: 'authorize-api-key' } as const;

/** How long API Gateway caches the authorizer's result for a key, in seconds. */
export const AUTHORIZER_CACHE_SECONDS = 60;

/** The authorizer of every route but the open ones, with its function and its keys; none of them on a public API. */
export interface Access {
  authorizer?: IHttpRouteAuthorizer;
  authorizerFunction?: ServiceFunction;
  secret?: ISecret;
}

export function buildAccess(
  scope: Construct,
  options: Options,
  identity: Identity,
  secretsManagerUrl: string,
): Access {
  const { auth, isProduction, memoryMb } = options;
  if (auth.kind === 'none') return {};
  if (auth.kind === 'iam') return { authorizer: new HttpIamAuthorizer() };
  if (auth.kind === 'jwt') {
    return {
      authorizer: new HttpJwtAuthorizer('JwtAuthorizer', auth.issuer, {
        jwtAudience: [...auth.audience],
      }),
    };
  }
  const secret = apiKeysSecret(scope, isProduction);
  const authorizerFunction = new ServiceFunction(scope, AUTHORIZER.id, {
    ...options,
    identity,
    file: AUTHORIZER.file,
    caller: 'Authorizer',
    summary: 'Validates API keys',
    environment: {
      [API_KEYS_SECRET.name]: secret.secretArn,
      [SECRETS_MANAGER_ENDPOINT.name]: secretsManagerUrl,
      [SERVICE_NAME.name]: identity.name,
    },
    memoryMb: memoryMb ?? memoryOf({ tableActions: [] }),
    statements: [
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
    ],
  });
  const authorizer = new HttpLambdaAuthorizer('ApiKeyAuthorizer', authorizerFunction, {
    // Without the header API Gateway returns 401 itself. It is also the cache key.
    identitySource: [`$request.header.${KEY_HEADER}`],
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    resultsCacheTtl: Duration.seconds(AUTHORIZER_CACHE_SECONDS),
  });
  // CDK's classes declare optional properties otherwise than their interfaces.
  return { authorizer, authorizerFunction, secret: secret as ISecret };
}

/** Generates a first key. Further ones are added and revoked by hand (docs/access.md). */
function apiKeysSecret(scope: Construct, isProduction: boolean): Secret {
  const secret = new Secret(scope, 'ApiKeys', {
    description: 'API keys of the Sessions API, each under a name',
    generateSecretString: {
      secretStringTemplate: '{}',
      generateStringKey: 'first',
      passwordLength: 40,
      excludePunctuation: true,
    },
    removalPolicy: productionRemoval(isProduction),
  });
  acknowledge(secret, 'SMG4', 'Callers hold these keys too: a key is rotated together with its caller.');
  return secret;
}
