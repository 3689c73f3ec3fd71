/** A request and its response in full. */
import { useEffect, useState } from 'preact/hooks';
import type { BodyText, RequestDetails } from '../requests.ts';
import { CopyButton } from './copy-button.tsx';
import { Facts, type FactsByName } from './facts.tsx';
import { readRequest } from './host.ts';
import { hrefOf } from './place.ts';

export function RequestFacts({ requestId }: { requestId: string }) {
  const [details, setDetails] = useState<RequestDetails | string>();
  useEffect(() => {
    readRequest(requestId).then(setDetails, () => setDetails('npm start no longer keeps this request.'));
  }, [requestId]);
  if (details === undefined) return null;
  if (typeof details === 'string') return <p class="more">{details}</p>;
  const { curl } = details;
  return (
    <div class="more">
      <Facts facts={factsOf(requestId, details)} />
      <div class="actions">
        {curl === undefined ? (
          'A body that is long, or no text, can’t be copied.'
        ) : (
          <CopyButton label="Copy as curl" text={curl} />
        )}
      </div>
    </div>
  );
}

function factsOf(requestId: string, details: RequestDetails): FactsByName {
  const { target, contentType, body, response } = details;
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const [, id] = path.match(/^\/api\/messaging\/sessions\/([^/]+)/) ?? [];
  const parameters = [...new URLSearchParams(query)].map(([name, value]) => `${name} = ${value}`);
  return {
    Path: <code>{path}</code>,
    ...(id !== undefined && id !== 'health' && { Session: <SessionLink encoded={id} /> }),
    ...(parameters.length > 0 && { Query: <pre>{parameters.join('\n')}</pre> }),
    ...(contentType !== undefined && { 'Content type': contentType }),
    Body: <Body body={body} />,
    Response: <Body body={response} />,
    'Request id': requestId,
  };
}

function SessionLink({ encoded }: { encoded: string }) {
  let id = encoded;
  try {
    id = decodeURIComponent(encoded);
  } catch {
    // Not decodable: shown as it was sent.
  }
  return <a href={hrefOf('sessions', { search: id })}>{id}</a>;
}

const Body = ({ body: { text, omitted } }: { body: BodyText }) => (
  <>
    {text === '' ? 'none' : <pre>{indented(text)}</pre>}
    {omitted > 0 && `${omitted.toLocaleString()} more bytes are not kept.`}
  </>
);

/** Indented JSON; unchanged where parsing would lose digits or keys. */
function indented(text: string): string {
  try {
    const value = JSON.parse(text);
    return JSON.stringify(value) === text.trim() ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
