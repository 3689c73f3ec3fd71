/** A domain name of the operator's own, before the API. */
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import {
  ApiMapping,
  DomainName,
  type HttpApi,
  type HttpStage,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Config } from '../config/config.ts';

/** Its DNS is the operator's: the outputs say what a record must point to. Returns its URL. */
export function addDomain(
  stack: Stack,
  { domainName, certificateArn, executeApi }: Config,
  api: HttpApi,
  stage: HttpStage,
): string | undefined {
  if (domainName === undefined || certificateArn === undefined) return undefined;
  const url = `https://${domainName}/`;
  const domain = new DomainName(stack, 'Domain', {
    domainName,
    certificate: Certificate.fromCertificateArn(stack, 'Certificate', certificateArn),
    securityPolicy: SecurityPolicy.TLS_1_2,
  });
  new ApiMapping(stack, 'DomainMapping', { api, domainName: domain, stage });
  new CfnOutput(stack, 'DomainTarget', {
    value: domain.regionalDomainName,
    description: `What the DNS record of ${domainName} points to (CNAME, or an alias)`,
  });
  new CfnOutput(stack, 'DomainHostedZone', {
    value: domain.regionalHostedZoneId,
    description: 'The hosted zone of DomainTarget, for an alias record of Route 53',
  });
  if (executeApi === 'on')
    new CfnOutput(stack, 'DomainUrl', {
      value: url,
      description: 'The base URL of the API, once DNS has it',
    });
  return url;
}
