/** A domain name of the operator's own, before the API. */
import {
  ApiMapping,
  DomainName,
  type HttpApi,
  type HttpStage,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { Options } from '../config/options.ts';
import type { DomainRecord } from '../config/props.ts';

/** Its DNS is the operator's. */
export function addDomain(
  scope: Construct,
  { domain }: Options,
  api: HttpApi,
  stage: HttpStage,
): DomainRecord | undefined {
  if (!domain) return undefined;
  const domainName = new DomainName(scope, 'Domain', {
    domainName: domain.name,
    certificate: domain.certificate,
    securityPolicy: SecurityPolicy.TLS_1_2,
  });
  new ApiMapping(scope, 'DomainMapping', { api, domainName, stage });
  return {
    url: `https://${domain.name}/`,
    target: domainName.regionalDomainName,
    hostedZoneId: domainName.regionalHostedZoneId,
  };
}
