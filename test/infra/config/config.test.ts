import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../infra/config/config.ts';
import { ConfigError } from '../../../infra/config/config-error.ts';
import { describeSettings } from '../../../infra/config/context.ts';
import { settings } from '../../../infra/config/settings.ts';
import { inBlock } from '../../../infra/config/stage.ts';

const JWT = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'a' };

describe('the settings', () => {
  it('are those of a development stage when nothing is set', () => {
    expect(readConfig({})).toEqual({
      stage: 'dev',
      region: undefined,
      isProduction: false,
      existingTable: undefined,
      timeoutMinutes: 30,
      maxDurationMinutes: 720,
      warningThresholdMinutes: 5,
      minTimeoutMinutes: 5,
      maxTimeoutMinutes: 1440,
      auth: { kind: 'none' },
      corsOrigins: [],
      domainName: undefined,
      certificateArn: undefined,
      executeApi: 'on',
      list: 'off',
      rateLimit: 1000,
      burstLimit: 1000,
      logRetentionDays: 30,
      tracing: 'off',
      alarmEmail: undefined,
      alarmTopicArn: undefined,
      maxConcurrency: undefined,
      memoryMb: undefined,
      tags: [],
      deploy: 'at-once',
      replicas: [],
      events: 'off',
      eventBus: undefined,
      tableStreamArn: undefined,
    });
  });

  it('are read from text, as the command line gives it, and from numbers, as cdk.json may', () => {
    const context = { stage: 'prod', auth: 'none', rateLimit: '50', burstLimit: 20, logRetentionDays: '365' };
    const numbers = { rateLimit: 50, burstLimit: 20, logRetentionDays: 365 };
    expect(readConfig(inBlock(context))).toMatchObject({ stage: 'prod', ...numbers });
  });

  it('list sessions where callers are known, unless told not to', () => {
    const contexts = [{}, { auth: 'api-key' }, JWT, { auth: 'api-key', list: 'off' }];
    expect(contexts.map((context) => readConfig(context).list)).toEqual(['off', 'on', 'on', 'off']);
  });

  it('deploy as a canary in production, unless told not to', () => {
    const stages = { prod: { auth: 'none' }, quiet: { auth: 'none', deploy: 'at-once' } };
    const contexts = [{}, { stage: 'prod' }, { stage: 'prod', deploy: 'at-once' }, { stage: 'quiet' }];
    const ways = contexts.map((context) => readConfig({ stages, ...context }).deploy);
    expect(ways).toEqual(['at-once', 'canary', 'at-once', 'at-once']);
  });

  it.each(['prod', 'staging', 'p', 'prod-eu', 'a1-2', 'x'.repeat(32)])(
    'are those of production: %s',
    (stage) => {
      expect(readConfig({ stage, stages: { [stage]: { auth: 'none' } } })).toMatchObject({
        stage,
        isProduction: true,
      });
    },
  );

  it.each(['', 'Prod', '1st', 'prod-', '-prod', 'a_b', 'a.b', 'x'.repeat(33), 'prod\n'])(
    'are of no stage with the name %j',
    (stage) => {
      const message =
        /^-c stage=.*: expected a name of 1 to 32 lower-case letters, digits and dashes, a letter/;
      expect(() => readConfig({ stage, stages: { [stage]: { auth: 'none' } } })).toThrow(message);
    },
  );

  it('take lists with commas between', () => {
    const issuer = 'https://issuer.example/tenant';
    const lists = { jwtAudience: 'web, mobile', corsOrigins: 'https://a.example,http://localhost:5173' };
    expect(readConfig({ ...JWT, jwtIssuer: issuer, ...lists })).toMatchObject({
      auth: { kind: 'jwt', issuer, audience: ['web', 'mobile'] },
      corsOrigins: ['https://a.example', 'http://localhost:5173'],
    });
  });

  it('take an empty list for a value', () => {
    expect(readConfig({ replicas: '', corsOrigins: '' })).toMatchObject({ replicas: [], corsOrigins: [] });
  });

  it('are those of development where cdk.json has null for the stage', () => {
    expect(readConfig({ stage: null })).toMatchObject({ stage: 'dev', isProduction: false });
  });

  it("let CDK's own context pass, and what its CLI writes", () => {
    const own = { 'aws:cdk:version': '1', '@aws-cdk/core:flag': true };
    const cli = { 'acknowledged-issue-numbers': [34892], 'cli-telemetry': false };
    expect(() => readConfig({ ...own, ...cli })).not.toThrow();
  });

  it('are taken from the block of the stage in cdk.json, and for dev context of their own name goes before it', () => {
    const stages = { prod: { auth: 'api-key', rateLimit: 50, region: 'eu-west-1' }, dev: { rateLimit: 5 } };
    const prod = { stage: 'prod', auth: { kind: 'api-key' }, rateLimit: 50, region: 'eu-west-1' };
    expect(readConfig({ stages, stage: 'prod' })).toMatchObject(prod);
    expect(readConfig({ stages })).toMatchObject({ stage: 'dev', auth: { kind: 'none' }, rateLimit: 5 });
    expect(readConfig({ stages, rateLimit: '6' })).toMatchObject({ rateLimit: 6 });
  });

  it.each(Object.keys(settings).filter((name) => !['stage', 'deploy'].includes(name)))(
    'of production are rejected outside the block, with the block to write: %s',
    (name) => {
      const stages = { prod: { auth: 'none', burstLimit: 9 } };
      const value = 'arn:1,2:{"a":3';
      const message = `-c ${name}=${value}: only in the block of the stage in cdk.json: "stages": `;
      const read = () => readConfig({ stage: 'prod', stages, [name]: value });
      expect(read).toThrow(message);
      try {
        read();
      } catch (error) {
        expect(JSON.parse((error as Error).message.slice(message.length))).toEqual({
          prod: { ...stages.prod, [name]: value },
        });
      }
    },
  );

  it('are described with their source where they are not defaults', () => {
    const stages = { prod: { auth: 'none', rateLimit: 1000, tracing: 'on' } };
    const context = { stage: 'prod', stages, deploy: 'at-once' };
    expect(describeSettings(context, readConfig(context))).toEqual([
      'tracing=on      cdk.json, "prod"',
      'stage=prod      context',
      'deploy=at-once  context',
    ]);
  });

  it('are described with a procedure where the table could change under a canary', () => {
    const stages = { prod: { auth: 'none', existingTable: 'sessions-restored' } };
    const lines = (context: object) => {
      const whole = { stage: 'prod', stages, ...context };
      return describeSettings(whole, readConfig(whole)).join('\n');
    };
    expect(lines({})).toMatch(/^existingTable: if this deployment changes the table, add -c deploy=at-once/m);
    expect(lines({ deploy: 'at-once' })).not.toContain('changes the table');
  });

  it.each([
    [
      { stage: 'prod' },
      '-c stage=prod: say in cdk.json who may call, with "auth" none, api-key, iam or jwt: "stages": { "prod": { "auth": "api-key" } }',
    ],
    [
      { prod: { auth: 'jwt', rateLimit: 5 } },
      'cdk.json, "prod": write "stages": { "prod": { "auth": "jwt", "rateLimit": 5 } }',
    ],
    [{ stage: 'prod', stages: { prod: { autn: 'none' } } }, /^cdk.json, "prod": autn: no such setting/],
    [
      { stage: 'prod', stages: { prod: { stage: 'dev' } } },
      /^cdk.json, "prod": stage: a block is for the stage/,
    ],
    [{ stage: 'constructor' }, /^-c stage=constructor: say in cdk.json who may call/],
    [
      { stage: 'prod', stages: { prod: { auth: 'none', rateLimit: 0 } } },
      /^cdk.json, "prod": rateLimit=0: expected/,
    ],
    [{ stage: 'prod', stages: { prod: 'api-key' } }, 'cdk.json, "prod": expected an object of settings'],
    [{ stages: { Prod: {} } }, /^cdk.json, "stages": Prod: expected a name of 1 to 32/],
    [{ stages: 'prod' }, 'cdk.json, "stages": expected an object of stages'],
    [
      { region: 'eu-west-1' },
      /^-c region=eu-west-1: only in the block of the stage in cdk.json: "stages": { "dev"/,
    ],
    [
      { stages: { dev: { region: 'europe' } } },
      'cdk.json, "dev": region=europe: expected a region such as eu-west-1',
    ],
    [
      { deploy: 'canary' },
      '-c deploy=canary: not for dev, whose functions have no versions to shift between',
    ],
    [{ domainName: 'a.example' }, '-c domainName and -c certificateArn: only together'],
    [{ executeApi: 'off' }, '-c executeApi=off: only with -c domainName, or nobody could call the API'],
    [{ stge: 'dev' }, /^-c stge: no such setting; there are stage, /],
    [{ corsOrigin: '*' }, /^-c corsOrigin: no such setting; did you mean corsOrigins\? There are stage, /],
    [{ ALARMEMAIL: 'a@b.example' }, /; did you mean alarmEmail\? /],
    [
      { stage: 'dev', stages: { dev: { tracingOn: 'on' } } },
      /^cdk.json, "dev": tracingOn: .* did you mean tracing\? /,
    ],
    [{ corsOrigins: 'https://a.example/' }, /without a slash at the end/],
    [{ toString: 'dev' }, /^-c toString: no such setting/],
    [{ timeoutMinutes: '4' }, /^-c timeoutMinutes=4: expected minTimeoutMinutes to .* \(5 to 1440\)$/],
    [{ timeoutMinutes: '30.5' }, '-c timeoutMinutes=30.5: expected a whole number from 1 to 10080'],
    [{ timeoutMinutes: '1441', maxDurationMinutes: '2000' }, /^-c timeoutMinutes=1441: expected minTimeout/],
    [
      { minTimeoutMinutes: '60', maxTimeoutMinutes: '50' },
      /^-c minTimeout.*=60: expected at most maxT.* \(50\)$/,
    ],
    [
      { maxDurationMinutes: '2881' },
      /^-c maxDur.*=2881: expected at most 2 times maxTimeoutMinutes \(2880\)$/,
    ],
    [{ auth: 'apikey' }, '-c auth=apikey: expected one of none, api-key, iam, jwt'],
    [{ auth: 'jwt' }, '-c auth=jwt: needs -c jwtIssuer=<https URL> and -c jwtAudience=<audience>'],
    [{ auth: 'jwt', jwtIssuer: 'https://issuer.example' }, /^-c auth=jwt: needs/],
    [{ ...JWT, jwtIssuer: 'http://issuer.example' }, /^-c jwtIssuer=http:.*: expected the https/],
    [{ ...JWT, jwtIssuer: 'https://issuer.example?x=1' }, /^-c jwtIssuer=/],
    [{ ...JWT, jwtAudience: 'a,,b' }, /^-c jwtAudience=a,,b: expected one or/],
    [{ jwtIssuer: 'https://issuer.example' }, '-c jwtIssuer=https://issuer.example: only with -c auth=jwt'],
    [{ auth: 'api-key', jwtAudience: 'a' }, '-c jwtAudience=a: only with -c auth=jwt'],
    ...[' https://a.example', 'https://:pw@a.example', 'https://a\n.example', 'https://a.example?'].map(
      (jwtIssuer) => [{ ...JWT, jwtIssuer }, /^-c jwtIssuer=[^\n]*: expected the https/] as const,
    ),
    ...['aud', 'iss', '__proto__', 'a b'].map(
      (ownerClaim) =>
        [{ ...JWT, ownerClaim }, /^-c ownerClaim=.*: expected the name of a claim that tells users/] as const,
    ),
    [{ ...JWT, ownerClaim: 'roles' }, /^-c ownerClaim=roles: expected the name of a claim/],
    [
      { ...JWT, serviceScope: 'a' },
      /^-c serviceScope=a: only with -c ownerClaim; without it every caller is a service$/,
    ],
    [
      { ...JWT, ownerClaim: 'sub', serviceScope: 'a b' },
      /^-c serviceScope=a b: expected one scope that users do not have, of 1 to 128/,
    ],
    [{ auth: 'iam', serviceScope: 'a' }, '-c serviceScope=a: only with -c auth=jwt'],
    [{ auth: 'api-key', ownerClaim: 'sub' }, '-c ownerClaim=sub: only with -c auth=jwt'],
    [
      { auth: 'api-key', corsOrigins: '*' },
      /^-c corsOrigins=\*: expected \* alone and only for a public API/,
    ],
    [{ corsOrigins: 'https://a.example,*' }, /^-c corsOrigins=https:\/\/a.example,\*: expected \* alone/],
    ...'a.example https://a.example/ https://a.example/x https://*.example null ftp://a.example http://a.example'
      .split(' ')
      .map(
        (corsOrigins) =>
          [{ corsOrigins }, /^-c corsOrigins=.*: expected origins such as https:\/\/a.example/] as const,
      ),
    [{ alarmEmail: 'me' }, '-c alarmEmail=me: expected an e-mail address'],
    [{ existingTable: 'abc', replicas: 'eu-west-1' }, '-c existingTable=abc: expected no -c replicas'],
    [{ replicas: 'europe' }, '-c replicas=europe: expected regions such as eu-west-1 with commas between'],
    [{ deploy: 'blue-green' }, '-c deploy=blue-green: expected one of at-once, canary'],
    [{ list: 'yes' }, '-c list=yes: expected one of on, off'],
    [{ timeoutMinutes: '800' }, '-c timeoutMinutes=800: expected at most maxDurationMinutes (720)'],
    [{ warningThresholdMinutes: '0' }, /^-c warning.*=0: expected a whole number from 1 to 20160$/],
    [{ rateLimit: '-1' }, '-c rateLimit=-1: expected a whole number of 1 or more'],
    [{ memoryMb: '64' }, '-c memoryMb=64: expected a whole number from 128 to 10240'],
    [{ maxConcurrency: '0' }, '-c maxConcurrency=0: expected a whole number of 1 or more'],
    [{ tags: 'team' }, '-c tags=team: expected tags such as team=chat with commas between'],
    [{ tags: 'team=a,team=b' }, '-c tags=team=a,team=b: expected each key once'],
    [{ tags: 'aws:team=chat' }, /^-c tags=aws:team=chat: expected tags/],
    [{ alarmTopicArn: 'on-call' }, '-c alarmTopicArn=on-call: expected the ARN of an SNS topic'],
    [
      { alarmEmail: 'a@b.example', alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:on-call' },
      '-c alarmEmail and -c alarmTopicArn: choose one; a topic may have the address',
    ],
    [{ existingTable: 'my sessions' }, /^-c existingTable=my sessions: expected 3 to 255 letters/],
    [{ logRetentionDays: '31' }, /^-c logRetentionDays=31: expected one of 1, 3, 5, 7, 14, 30,/],
  ] as [Record<string, unknown>, string | RegExp][])('reject %j in one clear line', (context, message) => {
    expect(() => readConfig(context)).toThrow(ConfigError);
    expect(() => readConfig(context)).toThrow(message);
  });
});
