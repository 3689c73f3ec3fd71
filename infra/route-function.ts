/** The function of a route, which may do on the table what the list of routes says. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Route } from './routes.ts';
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts';
import type { TableReference } from './sessions-table.ts';

export interface RouteFunctionProps
  extends Pick<ServiceFunctionProps, 'environment' | 'logRetention' | 'tracing'> {
  route: Route;
  table: TableReference;
  /** The ARNs of the table's indexes. */
  indexes: string[];
  /** Whether callers have sessions of their own. */
  hasOwners: boolean;
}

export class RouteFunction extends ServiceFunction {
  constructor(
    scope: Construct,
    id: string,
    { route, table, indexes, hasOwners, ...props }: RouteFunctionProps,
  ) {
    const { file, summary } = route;
    super(scope, id, { ...props, file, summary, caller: `${route.method} ${route.path}` });
    const left = hasOwners ? 'without' : 'with';
    for (const { action, on } of route.tableActions.filter(({ owners }) => owners !== left)) {
      const resources = on === 'indexes' ? indexes : [table.tableArn];
      this.addToRolePolicy(new PolicyStatement({ actions: [action], resources }));
    }
  }
}
