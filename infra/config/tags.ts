/** Tags of the stack's resources. */
import type { CfnTag } from 'aws-cdk-lib';

/** @param tags `key=value` each. */
export const toTags = (tags: readonly string[]): CfnTag[] =>
  tags.map((tag) => {
    const [key = '', value = ''] = tag.split('=');
    return { key, value };
  });
