/** AgentCore itself, by the AWS SDK. */
import {
  BedrockAgentCoreClient,
  InvokeAgentRuntimeCommand,
  ResourceNotFoundException,
  StopRuntimeSessionCommand,
} from '@aws-sdk/client-bedrock-agentcore';
import type { AgentRuntime } from './chat.ts';

/** @param agentRuntimeArn of the deployed agent. */
export function agentRuntime(agentRuntimeArn: string, client = new BedrockAgentCoreClient()): AgentRuntime {
  return {
    async invoke(runtimeSessionId, prompt) {
      const payload = new TextEncoder().encode(JSON.stringify({ prompt }));
      const { response } = await client.send(
        new InvokeAgentRuntimeCommand({ agentRuntimeArn, runtimeSessionId, payload }),
      );
      return (await response?.transformToString()) ?? '';
    },
    async stop(runtimeSessionId) {
      const command = new StopRuntimeSessionCommand({ agentRuntimeArn, runtimeSessionId });
      await client.send(command).catch((error) => {
        // It had ended by itself.
        if (!(error instanceof ResourceNotFoundException)) throw error;
      });
    },
  };
}
