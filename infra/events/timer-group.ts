/** The timers of sessions: a group of EventBridge Scheduler, and the role by which it invokes their function. */
import { Aws, Stack } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { SCHEDULE_GROUP, SCHEDULER_ENDPOINT, SCHEDULER_ROLE } from '../../functions/aws/environment.ts';
import { acknowledge } from '../acknowledge.ts';
import { serviceUrl } from '../lambda/function-environment.ts';
import type { ServiceFunction } from '../lambda/service-function.ts';

/** Deleting the group deletes its timers. */
export class TimerGroup extends Construct {
  /** Variables and permissions of functions that arm timers. */
  readonly environment: Record<string, string>;
  readonly statements: readonly PolicyStatement[];
  readonly groupName: string;
  readonly #role: Role;
  readonly #group: CfnScheduleGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const group = new CfnScheduleGroup(this, 'Group');
    this.#group = group;
    this.groupName = group.ref;
    // Armed timers hold its ARN: the role must never be replaced.
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': group.attrArn },
        },
      }),
      description: 'Timers of sessions invoke their function',
    });
    this.environment = {
      [SCHEDULER_ENDPOINT.name]: serviceUrl('scheduler'),
      [SCHEDULE_GROUP.name]: group.ref,
      [SCHEDULER_ROLE.name]: this.#role.roleArn,
    };
    this.statements = [
      new PolicyStatement({
        actions: ['scheduler:CreateSchedule'],
        resources: [`arn:${Aws.PARTITION}:scheduler:${Aws.REGION}:${Aws.ACCOUNT_ID}:schedule/${group.ref}/*`],
      }),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.#role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    ];
  }

  /** Lets timers invoke this function only. A separate policy: the function's variables reference the role. */
  invoke(functionArn: string): void {
    new Policy(this, 'Policy', {
      roles: [this.#role as IRole],
      statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] })],
    });
  }

  /** Acknowledges the wildcard in the role of a function that arms timers. */
  acknowledgeFor(arming: ServiceFunction): void {
    const group = Stack.of(this).getLogicalId(this.#group);
    const resource = `arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<${group}>/*`;
    acknowledge(
      arming.ownRole,
      `IAM5[Resource::${resource}]`,
      'Timers of the one group: their names are digests.',
    );
  }
}
