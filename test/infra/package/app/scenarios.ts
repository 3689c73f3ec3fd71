/** An app of somebody else, with all that the package promises. It is installed beside it, not in this repository. */
import { App, type CfnElement, Duration, Stack, Stage, Validations } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Auth, SessionsApi } from 'sessions-api';

const app = new App();
if (process.env['NAG'] !== 'off') Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

// As the repository's own stack of the stage dev.
const { AWS_REGION: region } = process.env;
const own = new Stack(app, 'Sessions-dev', region === undefined ? {} : { env: { region } });
new SessionsApi(own, 'Default', {
  auth: Auth.none(),
  production: false,
  description: 'Sessions API (dev)',
});

const two = new Stack(app, 'Two');
new SessionsApi(two, 'Public', { auth: Auth.none() });
const closed = new SessionsApi(two, 'Closed', {
  auth: Auth.jwt({ issuer: 'https://auth.example.com', audience: ['chat'], ownerClaim: 'sub' }),
  corsOrigins: ['https://app.example.com'],
});
new Alarm(two, 'Busy', {
  metric: closed.metricRequests({ period: Duration.minutes(1) }),
  threshold: 1000,
  evaluationPeriods: 1,
});

const stage = new Stage(app, 'Live', { env: { account: '123456789012', region: 'eu-west-1' } });
const chat = new Stack(stage, 'Chat');
const masterKey = new Key(chat, 'Key', { enableKeyRotation: true });
const keyed = new SessionsApi(chat, 'Sessions', {
  auth: Auth.apiKeys(),
  replicas: ['us-east-1'],
  alarmTopic: new Topic(chat, 'Alarms', { enforceSSL: true, masterKey }),
});
const other = new Stack(stage, 'Other');
new StringParameter(other, 'Url', { stringValue: keyed.url });
new StringParameter(other, 'Table', { stringValue: keyed.table.tableName });

export const ids: string[] = [own, two, chat, other].flatMap((stack) =>
  stack.node
    .findAll()
    .filter((one): one is CfnElement => 'logicalId' in one)
    .map(({ logicalId }) => stack.resolve(logicalId)),
);
app.synth();
