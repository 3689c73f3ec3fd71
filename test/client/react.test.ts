import { createElement, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { createSessionsClient } from '../../client/index.ts';
import { useSession } from '../../client/react.ts';

it('renders on a server as loading, and asks nothing there', () => {
  const fetch = vi.fn();
  const client = createSessionsClient({ baseUrl: 'http://a', fetch });
  const Page = () => createElement('p', null, useSession(client, 'id').status);
  expect(renderToString(createElement(StrictMode, null, createElement(Page)))).toBe('<p>loading</p>');
  expect(fetch).not.toHaveBeenCalled();
});
