import { App, CfnParameter, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { Auth } from '../../infra/config/auth.ts';
import type { SessionsApiProps } from '../../infra/config/props.ts';
import { SessionsApi } from '../../infra/sessions-api.ts';

const newApp = () => new App({ context: { 'aws:cdk:bundling-stacks': [] } });
const newStack = (props: StackProps = {}) => new Stack(newApp(), 'Chat', props);
const add = (scope: Construct, id = 'Sessions', props: Partial<SessionsApiProps> = {}) =>
  new SessionsApi(scope, id, { auth: Auth.none(), ...props });

describe('properties', () => {
  const jwt = (more: object = {}) => Auth.jwt({ issuer: 'https://a.example', audience: ['a'], ...more });

  it('may be values that only CloudFormation knows', () => {
    const stack = newStack();
    const issuer = `https://cognito-idp.${stack.region}.amazonaws.com/pool`;
    add(stack, 'Sessions', {
      auth: Auth.jwt({ issuer, audience: [stack.stackName, stack.partition] }),
      corsOrigins: [`https://${stack.account}.example`],
      timeouts: { timeoutMinutes: new CfnParameter(stack, 'Minutes', { type: 'Number' }).valueAsNumber },
    });
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: {
        Issuer: { 'Fn::Join': Match.anyValue() },
        Audience: ['Chat', { Ref: 'AWS::Partition' }],
      },
    });
  });

  it.each<[Partial<Record<keyof SessionsApiProps, unknown>>, string]>([
    [{ auth: undefined }, 'auth: is required'],
    [{ auth: 'none' }, 'auth: expected an object, not a string'],
    [{ auth: {} }, 'auth: expected Auth.none(), Auth.apiKeys(), Auth.iam() or Auth.jwt(…)'],
    [
      { auth: jwt({ issuer: 'http://a.example' }) },
      'auth.issuer=http://a.example: expected the https URL that',
    ],
    [{ auth: jwt({ audience: [] }) }, 'auth.audience: expected one or more values that tokens have as `aud`'],
    [{ auth: jwt({ ownerClaim: 'aud' }) }, 'auth.ownerClaim=aud: expected the name of a claim'],
    [
      { timeouts: { timeoutMinutes: 30.5 } },
      'timeouts.timeoutMinutes=30.5: expected a whole number from 1 to 10080',
    ],
    [
      { timeouts: { timeoutMinutes: 4 } },
      'timeouts.timeoutMinutes=4: expected minTimeoutMinutes to maxTimeout',
    ],
    [
      { timeouts: { maxDurationMinutes: 20 } },
      'timeouts.timeoutMinutes=30: expected at most maxDurationMinutes (20)',
    ],
    [{ throttle: { rateLimit: 0 } }, 'throttle.rateLimit=0: expected a whole number of 1 or more'],
    [
      { throttle: { burstLimit: Number.NaN } },
      'throttle.burstLimit=NaN: expected a whole number of 1 or more',
    ],
    [{ corsOrigins: ['https://a.example/'] }, 'corsOrigins=https://a.example/: expected an origin such as'],
    [
      { corsOrigins: ['*'], auth: Auth.apiKeys() },
      'corsOrigins=*: expected * alone and only for a public API',
    ],
    [{ replicas: ['europe'] }, 'replicas=europe: expected a region such as eu-west-1'],
    [{ memoryMb: 64 }, 'memoryMb=64: expected a whole number from 128 to 10240'],
    [{ maxConcurrency: -1 }, 'maxConcurrency=-1: expected a whole number of 1 or more'],
    [{ logRetention: 31 }, 'logRetention=31: expected one of 1, 3, 5, 7'],
    [
      { domain: { name: 'Sessions', certificate: {} } },
      'domain.name=Sessions: expected a domain name in lower case',
    ],
    [{ domain: { name: 'a.example' } }, 'domain.certificate: is required'],
    [{ prodution: false } as object, 'prodution: no such property; there are auth, timeouts, '],
    [{ timeouts: { timeout: 5 } }, 'timeouts.timeout: no such property; there are timeoutMinutes, '],
    [{ throttle: null }, 'throttle: expected an object, not null'],
    [{ auth: jwt({ ownerclaim: 'sub' }) }, 'auth.ownerclaim: no such property; there are kind, issuer, '],
    [
      { auth: jwt({ serviceScope: 'a b', ownerClaim: 'sub' }) },
      'auth.serviceScope=a b: expected one scope that users do not have, of 1 to 128',
    ],
    [{ auth: jwt({ serviceScope: 'a' }) }, 'auth.serviceScope: only with ownerClaim'],
    [{ auth: jwt({ audience: 'chat' }) }, 'auth.audience: expected a list, not a string'],
    [{ auth: jwt({ audience: [''] }) }, 'auth.audience=: expected a value that tokens have as `aud`'],
    [{ list: 'false' }, 'list: expected a boolean, not a string'],
    [
      { corsOrigins: ['https://a.example,https://b.example'] },
      'corsOrigins=https://a.example,https://b.example: expected',
    ],
    [{ corsOrigins: [' https://a.example'] }, 'corsOrigins= https://a.example: expected an origin'.trim()],
    [{ replicas: [''] }, 'replicas=: expected a region'],
    [{ removalPolicy: RemovalPolicy.SNAPSHOT }, 'removalPolicy: a table has no snapshots'],
    [{ executeApi: false }, 'executeApi: false only with domain, or nobody could call the API'],
    [{ production: false, canary: true }, 'canary: only with production, or functions have no versions'],
  ])('of %o are rejected in one line that names the construct', (props, message) => {
    const invalid = () => add(newStack(), 'Sessions', props as Partial<SessionsApiProps>);
    expect(invalid).toThrow(`Chat/Sessions: ${message}`);
  });
});
