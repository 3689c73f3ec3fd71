// A client that reads answers right.
import '../../functions/aws/json-parse.ts';
import type { HttpAnswer } from './openapi.ts';

/**
 * One HTTP request.
 * @throws TypeError when there is no answer, SyntaxError when its body is not JSON.
 */
export async function request(url: string, init?: RequestInit): Promise<HttpAnswer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    body: init?.method === 'HEAD' || init?.method === 'OPTIONS' ? undefined : JSON.parse(text),
  };
}
