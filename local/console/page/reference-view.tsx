/** The API's reference by Swagger UI, loaded when it is first shown. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { GONE } from './host.ts';

interface SwaggerRequest {
  headers?: Record<string, string>;
}

declare global {
  interface Window {
    SwaggerUIBundle?(options: object): void;
  }
}

const SPEC = '/openapi.json';

export function ReferenceView() {
  const element = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<string>();
  const load = useCallback(async () => {
    try {
      const spec = await (await fetch(SPEC)).json();
      await loadSwagger();
      const placeholder: string = spec.components.parameters.IdempotencyKey.example;
      window.SwaggerUIBundle?.({
        url: SPEC,
        domNode: element.current,
        validatorUrl: null,
        // This server sends the credentials. Swagger UI shows the button all the same.
        plugins: [{ components: { authorizeBtn: () => null } }],
        requestInterceptor: (request: SwaggerRequest) => withNewKey(request, placeholder),
      });
      setFailure(undefined);
    } catch {
      setFailure(GONE);
    }
  }, []);
  useEffect(() => {
    load();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
    dark.addEventListener('change', follow);
    follow();
    return () => dark.removeEventListener('change', follow);
  }, [load]);
  return (
    <>
      {failure !== undefined && (
        <p>
          {failure}.{' '}
          <button type="button" onClick={load}>
            Try again
          </button>
        </p>
      )}
      <div ref={element} />
    </>
  );
}

async function loadSwagger(): Promise<void> {
  const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/swagger-ui.css' });
  const script = Object.assign(document.createElement('script'), { src: '/swagger-ui.js' });
  const loaded = new Promise((resolve, reject) => {
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
  });
  document.head.append(style, script);
  await loaded;
}

/** Replaces the placeholder by a new key, so that trying a create twice makes two sessions. */
function withNewKey(request: SwaggerRequest, placeholder: string): SwaggerRequest {
  const [name] = Object.entries(request.headers ?? {}).find(([, value]) => value === placeholder) ?? [];
  if (name !== undefined && request.headers) request.headers[name] = crypto.randomUUID();
  return request;
}
