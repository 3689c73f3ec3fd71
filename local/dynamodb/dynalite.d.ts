/** dynalite ships no types. These are the options that we use, from its readme. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options?: {
    /** How long a table stays in CREATING, in milliseconds. */
    createTableMs?: number;
    /** The folder that keeps the data; in memory when absent. */
    path?: string;
  }): Server;
}

declare module 'dynalite/db/index.js' {
  interface ConditionFailure {
    body: Record<string, unknown>;
  }

  type Item = Record<string, import('@aws-sdk/client-dynamodb').AttributeValue>;

  const engine: {
    /** Called within the lock of each write, before it; `after` is null for a delete. */
    updateIndexes(
      store: unknown,
      table: { TableName: string },
      before: Item | undefined,
      after: Item | null,
      callback: (error?: unknown) => void,
    ): void;
    /** The failure of a write whose condition does not hold on the stored item; undefined when it does. */
    checkConditional(request: Record<string, unknown>, item: unknown): ConditionFailure | null | undefined;
  };
  export default engine;
}

declare module 'dynalite/validations/putItem.js' {
  const putItem: {
    /** The parameters that are known; others are dropped. */
    types: Record<string, { type: string }>;
  };
  export default putItem;
}
