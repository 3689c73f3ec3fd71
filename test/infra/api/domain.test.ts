import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesizeTemplate } from '../../support/stack.ts';

const DOMAIN = {
  domainName: 'sessions.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
};

describe('a custom domain', () => {
  it('leads to the API over TLS 1.2, and its target is told for DNS; the execute-api endpoint stays', async () => {
    const template = await synthesizeTemplate(DOMAIN);
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: DOMAIN.domainName,
      DomainNameConfigurations: [
        Match.objectLike({
          CertificateArn: DOMAIN.certificateArn,
          EndpointType: 'REGIONAL',
          SecurityPolicy: 'TLS_1_2',
        }),
      ],
    });
    template.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
    expect(Object.keys(template.findOutputs('*'))).toEqual(
      expect.arrayContaining(['DomainTarget', 'DomainHostedZone']),
    );
    // Its DNS record comes later.
    expect(JSON.stringify(template.findOutputs('ApiUrl'))).toContain('.execute-api.');
    template.hasOutput('DomainUrl', { Value: 'https://sessions.example.com/' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: false });
  });

  it('is the only way to the API once the execute-api endpoint is switched off', async () => {
    const template = await synthesizeTemplate({ ...DOMAIN, executeApi: 'off' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    template.hasOutput('ApiUrl', { Value: 'https://sessions.example.com/' });
    expect(template.findOutputs('DomainUrl')).toEqual({});
  });

  it('is nothing that a stack without the setting has', async () => {
    (await synthesizeTemplate()).resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  });
});
