/** A debugger of a Node.js process and its threads, over the Chrome DevTools Protocol. */

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
}

export interface ParsedScript {
  thread: string;
  scriptId: string;
  url: string;
  sourceMapURL: string;
}

export class Debugger {
  readonly #socket: WebSocket;
  readonly #responses = new Map<string, (message: Message) => void>();
  #id = 0;
  readonly #paused = Promise.withResolvers<string>();
  readonly scripts: ParsedScript[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)), '');
  }

  /** Attaches to the process, and to its threads, those that start later included. */
  static async attach(port: number): Promise<Debugger> {
    const [target] = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
      webSocketDebuggerUrl: string;
    }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    const attached = new Debugger(socket);
    await attached.send('', 'NodeWorker.enable', { waitForDebuggerOnStart: false });
    return attached;
  }

  /** @param thread '' is the main one. */
  send(thread: string, method: string, params: object = {}): Promise<Message> {
    this.#id += 1;
    const message = JSON.stringify({ id: this.#id, method, params });
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#responses.set(`${thread} ${this.#id}`, resolve);
    if (thread === '') this.#socket.send(message);
    else void this.send('', 'NodeWorker.sendMessageToWorker', { sessionId: thread, message });
    return promise;
  }

  /** Sets a breakpoint on the first line with this text; false where there is none. */
  async breakAt({ thread, scriptId }: ParsedScript, text: string): Promise<boolean> {
    const { result } = await this.send(thread, 'Debugger.getScriptSource', { scriptId });
    const lineNumber = String(result?.['scriptSource'])
      .split('\n')
      .findIndex((line) => line.includes(text));
    const location = { scriptId, lineNumber };
    return lineNumber >= 0 && !!(await this.send(thread, 'Debugger.setBreakpoint', { location })).result;
  }

  /** The thread that has paused. */
  paused(): Promise<string> {
    return this.#paused.promise;
  }

  close(): void {
    this.#socket.close();
  }

  #receive(message: Message, thread: string): void {
    const { id, method, params = {} } = message;
    if (id !== undefined) this.#responses.get(`${thread} ${id}`)?.(message);
    if (method === 'NodeWorker.attachedToWorker')
      void this.send(String(params['sessionId']), 'Debugger.enable');
    if (method === 'NodeWorker.receivedMessageFromWorker')
      this.#receive(JSON.parse(String(params['message'])), String(params['sessionId']));
    if (method === 'Debugger.paused') this.#paused.resolve(thread);
    if (method === 'Debugger.scriptParsed')
      this.scripts.push({ thread, ...params } as unknown as ParsedScript);
  }
}
