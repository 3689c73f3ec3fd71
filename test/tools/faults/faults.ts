/** What a DynamoDB can do wrong, as responses on a connection. */
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { routes } from '../../../infra/routes.ts';
import { JSON_TYPE, type UpstreamResponse } from '../../support/proxy.ts';

/** The routes that DynamoDB's faults reach. */
export const tableRoutes = routes.filter(({ tableActions }) => tableActions.length > 0);

export interface Fault {
  name: string;
  /** Responses, or not. `ask` has the engine do what was asked; without it nothing is done. */
  answer(response: ServerResponse, ask: () => Promise<UpstreamResponse>): Promise<void> | void;
}

const error =
  (status: number, name: string, message = 'told to fail') =>
  (response: ServerResponse) => {
    response.writeHead(status, { ...JSON_TYPE, date: new Date().toUTCString() });
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message }));
  };

/** Has it done, then returns other bytes. */
const changed =
  (change: (text: string) => string, headers = {}) =>
  async (response: ServerResponse, ask: () => Promise<UpstreamResponse>) => {
    const { status, text } = await ask();
    const body = change(text);
    response.writeHead(status, { ...JSON_TYPE, 'content-length': Buffer.byteLength(body), ...headers });
    response.end(body);
  };

const late =
  (milliseconds: number) => async (response: ServerResponse, ask: () => Promise<UpstreamResponse>) => {
    const { status, text } = await ask();
    await wait(milliseconds, undefined, { ref: false });
    response.writeHead(status, JSON_TYPE).end(text);
  };

/** Is in the metadata of every session, and in no log. */
export const SECRET = 'Zq7XwLm2RtY';

export const faults: readonly Fault[] = [
  { name: 'reset before it is done', answer: ({ socket }) => void socket?.resetAndDestroy() },
  {
    name: 'done, then reset before the response',
    async answer({ socket }, ask) {
      await ask();
      socket?.resetAndDestroy();
    },
  },
  {
    name: 'done, then reset inside the body',
    async answer(response, ask) {
      const { status, text } = await ask();
      response.writeHead(status, { ...JSON_TYPE, 'content-length': Buffer.byteLength(text) + 2 });
      response.write(text.slice(0, 1));
      await wait(5);
      response.socket?.resetAndDestroy();
    },
  },
  { name: 'done, first byte after 0.4 s', answer: late(400) },
  { name: 'done, first byte after 1.5 s', answer: late(1500) },
  {
    name: 'done, body a byte at a time',
    async answer(response, ask) {
      const { status, text } = await ask();
      response.writeHead(status, { ...JSON_TYPE, 'content-length': Buffer.byteLength(text) + 100 });
      for (const character of `${text}${' '.repeat(100)}`) {
        if (response.destroyed) return;
        response.write(character);
        await wait(100, undefined, { ref: false });
      }
      response.end();
    },
  },
  { name: 'never a response', answer: () => {} },
  { name: '500 InternalServerError', answer: error(500, 'InternalServerError') },
  { name: '503 ServiceUnavailable', answer: error(503, 'ServiceUnavailable') },
  { name: 'ProvisionedThroughputExceeded', answer: error(400, 'ProvisionedThroughputExceededException') },
  { name: 'RequestLimitExceeded', answer: error(400, 'RequestLimitExceeded') },
  { name: 'AccessDenied', answer: error(400, 'AccessDeniedException') },
  { name: 'ResourceNotFound', answer: error(400, 'ResourceNotFoundException') },
  { name: 'done, body cut short', answer: changed((text) => text.slice(0, -1)) },
  { name: 'done, empty body', answer: changed(() => '') },
  { name: 'done, body that is no JSON', answer: changed(() => '<html></html>') },
  {
    name: 'done, body that begins inside the item',
    answer: changed((text) => text.slice(text.indexOf(SECRET))),
  },
  { name: 'done, wrong CRC', answer: changed((text) => text, { 'x-amz-crc32': '1' }) },
  {
    name: 'clock skew',
    answer: error(400, 'InvalidSignatureException', 'Signature expired: 1 is now earlier than 2'),
  },
  { name: 'expired credentials', answer: error(400, 'ExpiredTokenException') },
];
