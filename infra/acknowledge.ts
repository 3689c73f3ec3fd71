/** Acknowledges findings of cdk-nag's AwsSolutions rules, each with its reason. */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** aws-cdk-lib before 2.270 rejects ids with this delimiter: there the finding stays open. */
const RESERVED = '::';

/** @param rule such as `APIG4`, with a finding in brackets where the rule has several. */
export function acknowledge(scope: IConstruct, rule: string, reason: string): void {
  try {
    Validations.of(scope).acknowledge({ id: `AwsSolutions-${rule}`, reason });
  } catch (error) {
    if (!rule.includes(RESERVED)) throw error;
  }
}
