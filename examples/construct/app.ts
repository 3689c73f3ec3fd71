import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Auth, SessionsApi } from 'sessions-api';

const app = new App();
const stack = new Stack(app, 'Chat');

const sessions = new SessionsApi(stack, 'Sessions', {
  auth: Auth.jwt({ issuer: 'https://auth.example.com', audience: ['chat'], ownerClaim: 'sub' }),
  timeouts: { timeoutMinutes: 30, maxDurationMinutes: 720, warningThresholdMinutes: 5 },
  corsOrigins: ['https://app.example.com'],
});

new CfnOutput(stack, 'SessionsUrl', { value: sessions.url });
