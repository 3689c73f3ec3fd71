// A client that reads JSON right.
import '../../functions/aws/json-parse.ts';
import type { HttpResponse } from './openapi.ts';

/**
 * One HTTP request.
 * @throws TypeError when there is no response, SyntaxError when its body is not JSON.
 */
export async function request(url: string, init?: RequestInit): Promise<HttpResponse> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    body: init?.method === 'HEAD' || init?.method === 'OPTIONS' ? undefined : JSON.parse(text),
  };
}
