import { expect, it } from 'vitest';
import { synthesizeTemplate } from '../../support/stack.ts';

const JWT = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'web' };

async function roleOf(id: string, context: Record<string, string>): Promise<string> {
  const template = await synthesizeTemplate(context);
  const roles = Object.keys(template.findResources('AWS::IAM::Role'));
  return roles.find((one) => one.startsWith(`${id}Role`)) ?? '';
}

it('a function with other permissions gets another role: versions that serve keep theirs', async () => {
  const [reader, owners] = [
    await roleOf('GetSession', JWT),
    await roleOf('GetSession', { ...JWT, ownerClaim: 'sub' }),
  ];
  expect(reader).not.toBe(owners);
  expect(await roleOf('GetSession', { auth: 'none', timeoutMinutes: '40' })).toBe(reader);
});
