/** Which pages in browsers may call the API. */
import { Duration } from 'aws-cdk-lib';
import { CorsHttpMethod, type HttpApiProps } from 'aws-cdk-lib/aws-apigatewayv2';
import { KEY_HEADER } from '../functions/auth/api-keys.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../functions/http/idempotency.ts';
import { REQUEST_ID_HEADER } from '../functions/http/respond.ts';
import type { Config } from './config.ts';
import { routesWith } from './routes.ts';

/** How long a browser may keep to what it was told, in seconds. */
const MAX_AGE_SECONDS = 600;

/** API Gateway answers preflights itself, before any authorizer, and adds the headers to every answer. */
export function corsOf(config: Config): Pick<HttpApiProps, 'corsPreflight'> {
  const { corsOrigins, auth } = config;
  if (corsOrigins.length === 0) return {};
  const methods = new Set(routesWith(config).map(({ method }) => CorsHttpMethod[method]));
  const accessHeaders = { none: [], 'api-key': [KEY_HEADER], jwt: ['authorization'] }[auth.kind];
  return {
    corsPreflight: {
      allowOrigins: corsOrigins,
      allowMethods: [...methods],
      allowHeaders: ['content-type', IDEMPOTENCY_KEY_HEADER, ...accessHeaders],
      exposeHeaders: [REQUEST_ID_HEADER, 'apigw-requestid'],
      // Without credentials: nothing here is in a cookie.
      maxAge: Duration.seconds(MAX_AGE_SECONDS),
    },
  };
}
