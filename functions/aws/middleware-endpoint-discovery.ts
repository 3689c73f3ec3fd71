/**
 * In a bundle this takes the place of @aws-sdk/middleware-endpoint-discovery (infra/lambda/bundles.ts). DynamoDB's
 * client discovers endpoints only when it is told to, and never when it is given one, as a function is.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: false,
};

export const resolveEndpointDiscoveryConfig = <Config>(config: Config): Config => config;
