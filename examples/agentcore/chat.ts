/** A chat on Amazon Bedrock AgentCore: the Sessions API keeps the sessions, AgentCore runs the agent. */
import type { Page, Session, SessionsClient } from 'sessions-api-client';

/** The calls to AgentCore (agent-core.ts); tests replace them. */
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
  async turn(userId: string, sessionId: string, prompt: string): Promise<string> {
    await this.#assertOwn(userId, sessionId);
    await this.#sessions.heartbeat(sessionId);
    return this.#runtime.invoke(sessionId, prompt);
  }

  /** The sidebar: a user's sessions, newest first, a page at a time. */
  sidebar(userId: string): AsyncGenerator<Page, void, undefined> {
    return this.#sessions.list({ userId, agentId: this.#agentId });
  }

  /** Stops before it deletes: after a failure it can be repeated. */
  async end(userId: string, sessionId: string): Promise<void> {
    await this.#assertOwn(userId, sessionId);
    await this.#runtime.stop(sessionId);
    await this.#sessions.delete(sessionId);
  }

  /** Everywhere: on every device and with every agent; the microVMs of this agent's sessions stop first. */
  async logOut(userId: string): Promise<number> {
    for await (const { sessions } of this.#sessions.list({ userId, agentId: this.#agentId, status: 'all' }))
      for (const { sessionId } of sessions) await this.#runtime.stop(sessionId);
    return this.#sessions.deleteAll({ userId });
  }

  /**
   * Checks the owner: the API lets a service use every session.
   * @param userId of the user's verified token, never of the request.
   */
  async #assertOwn(userId: string, sessionId: string): Promise<void> {
    const session = await this.#sessions.get(sessionId);
    if (session.userId !== userId || session.agentId !== this.#agentId) throw new NoSuchSession();
  }
}

/** To the user the same as a session that is not there. */
export class NoSuchSession extends Error {
  override readonly name = 'NoSuchSession';
}
