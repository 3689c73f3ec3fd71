/** The function of a route, which may do on the table what the list of routes says. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { Route } from './routes.ts';
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts';
import type { TableReference } from './sessions-table.ts';

export interface RouteFunctionProps
  extends Pick<ServiceFunctionProps, 'environment' | 'logRetention' | 'tracing'> {
  route: Route;
  table: TableReference;
  /** The ARNs of the table's indexes. */
  indexes: string[];
  auth: Config['auth'];
}

export class RouteFunction extends ServiceFunction {
  constructor(scope: Construct, id: string, { route, table, indexes, auth, ...props }: RouteFunctionProps) {
    const { file, summary } = route;
    super(scope, id, { ...props, file, summary, caller: `${route.method} ${route.path}` });
    const hasOwners = auth.kind === 'jwt' && auth.ownerClaim !== undefined;
    const needs = {
      'with owners': hasOwners,
      'without owners': !hasOwners,
      'with auth=none': auth.kind === 'none',
    };
    for (const { action, on } of route.tableActions.filter(({ only }) => only === undefined || needs[only])) {
      const resources = on === 'indexes' ? indexes : [table.tableArn];
      this.addToRolePolicy(new PolicyStatement({ actions: [action], resources }));
    }
  }
}
