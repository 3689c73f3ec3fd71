import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesizeTemplate } from '../support/stack.ts';

describe('a table in more regions', () => {
  const region = process.env['AWS_REGION'];

  it('has a copy in each, protected like the first', async () => {
    const context = { stage: 'prod', auth: 'none', replicas: 'eu-west-1,ap-southeast-2' };
    const template = await synthesizeTemplate(context);
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: ['eu-west-1', 'ap-southeast-2', region].map((Region) =>
        Match.objectLike({
          Region,
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ),
    });
  });

  it('is rejected where the table itself is', async () => {
    await expect(synthesizeTemplate({ replicas: `eu-west-1,${region}` })).rejects.toThrow(
      /is where the table itself is/,
    );
  });
});

describe('a table that is there already', () => {
  it("is used as if it were the stack's own, and left alone", async () => {
    const template = await synthesizeTemplate({ existingTable: 'sessions-restored', list: 'on' });
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ TABLE_NAME: 'sessions-restored' }) },
    });
    const policies = JSON.stringify(template.findResources('AWS::IAM::Role'));
    expect(policies).toContain(':table/sessions-restored');
    expect(policies).toContain('/index/byAgent');
  });
});
