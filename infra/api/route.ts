/** A route of the HTTP API, and the order in which CloudFormation may make what belongs to it. */
import { Duration } from 'aws-cdk-lib';
import {
  CfnIntegration,
  CfnRoute,
  type HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../lambda/service-function.ts';
import { methodsOf, type Route } from '../routes.ts';

/** @param authorizer the API's own, which an open route goes without. */
export function addRoute(
  api: HttpApi,
  route: Route,
  target: IFunction,
  authorizer: IHttpRouteAuthorizer | undefined,
): void {
  const served = api.addRoutes({
    path: route.path,
    methods: methodsOf(route).map((method) => HttpMethod[method]),
    ...(route.isOpen && { authorizer: new HttpNoneAuthorizer() }),
    integration: new HttpLambdaIntegration(`${route.id}Integration`, target, {
      // A second more than the function has, so that it is the function whose timeout is seen.
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS + 1),
    }),
  });
  waitForPermissions(api, served);
  if (!route.isOpen || !authorizer) return;
  for (const one of served) {
    acknowledge(one, 'APIG4', 'Load balancers and monitors check health without a key.');
  }
}

/**
 * API Gateway calls a target as soon as an integration or a route names it, and CloudFormation makes none of
 * them wait for the permission to do so: on a live stack requests would fail for seconds.
 */
function waitForPermissions(api: HttpApi, served: IConstruct[]): void {
  const within = (scope: IConstruct) => scope.node.findAll();
  const inRoutes = served.flatMap(within);
  const permissions = inRoutes.filter((one) => one instanceof CfnPermission);
  for (const integration of inRoutes.filter((one) => one instanceof CfnIntegration)) {
    for (const permission of permissions) integration.node.addDependency(permission);
  }
  // The authorizer's is beside the routes.
  const authorizerPermissions = api.node.children.flatMap((child) =>
    child instanceof CfnPermission
      ? [child]
      : child.node.children.filter((one) => one instanceof CfnPermission),
  );
  for (const route of inRoutes.filter((one) => one instanceof CfnRoute)) {
    if (route.authorizerId === undefined) continue;
    for (const permission of authorizerPermissions) {
      if (!permissions.includes(permission)) route.node.addDependency(permission);
    }
  }
}
