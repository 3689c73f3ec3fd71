/** Sessions made through the API, and what responses say of them. */
import { expect } from 'vitest';
import type { SessionInfo } from '../../functions/http/session-info.ts';
import type { Host } from './hosts.ts';
import type { HttpResponse } from './openapi.ts';
import { AGENT_ID, USER_ID } from './session-item.ts';

/** What a create must name. */
export const IDS = { agentId: AGENT_ID, userId: USER_ID };

/** An instant for clocks that stand still. */
export const NOON = Date.UTC(2026, 2, 2, 12);

export const iso = (instant: number): string => new Date(instant).toISOString();

export const info = ({ body }: HttpResponse): SessionInfo => body as SessionInfo;

export const parseError = ({ body }: HttpResponse): { code: string; message: string } =>
  (body as { error: { code: string; message: string } }).error;

/** Holds a response to be a 400 with this message. */
export function expectInvalid(response: HttpResponse, message: string | RegExp): void {
  const text = typeof message === 'string' ? message : expect.stringMatching(message);
  expect([response.status, parseError(response)]).toEqual([400, { code: 'VALIDATION_ERROR', message: text }]);
}

/** Creates a session; gives its id. */
export async function create(host: Host, body: object = {}): Promise<string> {
  const response = await host.call('CreateSession', { body: { ...IDS, ...body } });
  expect(response.status).toBe(201);
  return info(response).sessionId;
}
