/**
 * In a bundle this takes the place of @aws-sdk/credential-provider-node (infra/lambda/bundles.ts). The SDK's
 * default chain looks in the environment first and finds there what Lambda, `sam local invoke` and the local
 * host put there; the rest of the chain (config files, SSO, processes, web identities, metadata services) has
 * nothing to find in a function.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
