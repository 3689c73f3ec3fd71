/** CORS: which pages may call the API. */
import { Duration } from 'aws-cdk-lib';
import { CorsHttpMethod, type HttpApiProps } from 'aws-cdk-lib/aws-apigatewayv2';
import { KEY_HEADER } from '../../functions/auth/api-keys.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../../functions/http/idempotency.ts';
import { REQUEST_ID_HEADER } from '../../functions/http/respond.ts';
import type { Options } from '../config/options.ts';
import { methodsOf, routesWith } from '../routes.ts';

/** Of a signed request, besides its authorization. */
const SIGNATURE_HEADERS = ['x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];

/** How long a browser may cache a preflight, in seconds. */
const MAX_AGE_SECONDS = 600;

/** API Gateway responds to preflights itself, before any authorizer, and adds the headers elsewhere. */
export function buildCors(options: Options): Pick<HttpApiProps, 'corsPreflight'> {
  const { corsOrigins } = options;
  if (corsOrigins.length === 0) return {};
  const methods = new Set(
    routesWith(options)
      .flatMap(methodsOf)
      .map((method) => CorsHttpMethod[method]),
  );
  return {
    corsPreflight: {
      allowOrigins: [...corsOrigins],
      allowMethods: [...methods],
      // elizaOS's client sends its key whenever it has one, even to a public API.
      allowHeaders: [
        ...['content-type', IDEMPOTENCY_KEY_HEADER, KEY_HEADER, 'authorization'],
        ...(options.auth.kind === 'iam' ? SIGNATURE_HEADERS : []),
      ],
      exposeHeaders: [REQUEST_ID_HEADER, 'apigw-requestid'],
      // Without credentials: cookies are not used.
      maxAge: Duration.seconds(MAX_AGE_SECONDS),
    },
  };
}
