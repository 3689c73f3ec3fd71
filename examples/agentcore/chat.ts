/** A chat on Amazon Bedrock AgentCore: the Sessions API keeps the sessions, AgentCore runs the agent. */
import type { Page, Session, SessionsClient } from 'sessions-api-client';

/** What AgentCore does here (agent-core.ts); a test puts its own in its place. */
export interface AgentRuntime {
  /** The agent's answer. */
  invoke(runtimeSessionId: string, prompt: string): Promise<string>;
  /** Ends the microVM of the session; it may have ended. */
  stop(runtimeSessionId: string): Promise<void>;
}

export class Chat {
  readonly #sessions: SessionsClient;
  readonly #runtime: AgentRuntime;
  readonly #agentId: string;

  /** @param sessions with a service's credentials, in the server between the page and AgentCore. */
  constructor(sessions: SessionsClient, runtime: AgentRuntime, agentId: string) {
    this.#sessions = sessions;
    this.#runtime = runtime;
    this.#agentId = agentId;
  }

  /** Our ids have 36 characters; AgentCore wants 33 or more. */
  start(userId: string): Promise<Session> {
    return this.#sessions.create({ agentId: this.#agentId, userId });
  }

  /** One turn: the heartbeat keeps the session alive, or says that it has expired before the agent is paid for. */
  async turn(sessionId: string, prompt: string): Promise<string> {
    await this.#sessions.heartbeat(sessionId);
    return this.#runtime.invoke(sessionId, prompt);
  }

  /** The sidebar: a user's sessions, newest first, a page at a time. */
  sidebar(userId: string): AsyncGenerator<Page, void, undefined> {
    return this.#sessions.list({ userId, agentId: this.#agentId });
  }

  async end(sessionId: string): Promise<void> {
    await this.#sessions.delete(sessionId);
    await this.#runtime.stop(sessionId);
  }

  /** Everywhere: on every device, and in AgentCore. */
  async logOut(userId: string): Promise<number> {
    const ids: string[] = [];
    for await (const { sessions } of this.#sessions.list({ userId, status: 'all' }))
      ids.push(...sessions.map(({ sessionId }) => sessionId));
    const deleted = await this.#sessions.deleteAll({ userId });
    await Promise.all(ids.map((id) => this.#runtime.stop(id)));
    return deleted;
  }
}
