/** Canary deployments: a new version gets a tenth of the requests for 15 minutes; an alarm rolls it back. */
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, type IVersion, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Options } from '../config/options.ts';

export class CanaryDeployment extends Construct {
  readonly #application: LambdaApplication;
  readonly #role: Role;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#application = new LambdaApplication(this, 'Application');
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    acknowledge(
      this.#role,
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      "CodeDeploy's managed policy: it shifts the traffic of aliases and reads alarms.",
    );
  }

  /** Makes CodeDeploy shift the alias's traffic, and back when the alarm is raised. */
  shiftTraffic(routeFunction: LambdaFunction, alias: Alias, alarm: Alarm): void {
    new LambdaDeploymentGroup(routeFunction, 'Deployment', {
      application: this.#application,
      role: this.#role,
      alias,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
      alarms: [alarm],
      autoRollback: { deploymentInAlarm: true, failedDeployment: true, stoppedDeployment: true },
    });
  }
}

/**
 * The alias that receives the function's requests. It is there however a stack is deployed: an alias that came and
 * went with that setting would take API Gateway's permission with it. In `dev` it points to $LATEST: `cdk watch` and
 * `--hotswap` change that one, and a version published besides would be in the way of the next deployment.
 */
export function addLiveAlias(routeFunction: LambdaFunction, { isProduction }: Options): Alias {
  const version = isProduction ? routeFunction.currentVersion : routeFunction.latestVersion;
  // CDK's classes declare `role` otherwise than their interfaces.
  return new Alias(routeFunction, 'Live', { aliasName: 'live', version: version as IVersion });
}
