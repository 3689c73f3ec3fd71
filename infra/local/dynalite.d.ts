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
