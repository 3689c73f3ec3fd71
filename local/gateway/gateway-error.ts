/** Responses of API Gateway itself, to requests that reach no function. */
import { STATUS_CODES } from 'node:http';

/** API Gateway's quotas for an HTTP API: request line and headers in all, and the body, in bytes. */
export const MAX_HEADER_BYTES = 10_240;
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface GatewayResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer | string;
}

/** A request that the gateway rejects itself. Its message is for the developer, on the terminal. */
export class GatewayError extends Error {
  readonly response: GatewayResponse;

  constructor(status: number, why: string, headers: Record<string, string> = {}) {
    super(why);
    // Node's name for it is of an older RFC.
    const message = status === 413 ? 'Request Entity Too Large' : STATUS_CODES[status];
    this.response = {
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ message }),
    };
  }
}
