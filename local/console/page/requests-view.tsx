/** The last requests. Each opens to its request and response in full. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RequestLine } from '../requests.ts';
import { Faults } from './faults.tsx';
import { RequestFacts } from './request-facts.tsx';
import { idsInUse } from './use-sessions.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export function RequestsView({ requests }: { requests: readonly RequestLine[] }) {
  const list = useRef<HTMLUListElement>(null);
  const [openIds, setOpenIds] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState(requests);
  // Freeze the list while a row is in use.
  const catchUp = () => {
    if (idsInUse(list.current).length === 0) setShown(requests);
  };
  useEffect(catchUp, [requests]);
  const known = new Set(shown.map(({ requestId }) => requestId));
  const more = requests.filter(({ requestId }) => !known.has(requestId)).length;
  const toggle = (id: string, isOpen: boolean) => {
    if (openIds.has(id) !== isOpen)
      setOpenIds(isOpen ? new Set(openIds).add(id) : openIds.difference(new Set([id])));
  };
  const follow = () => {
    setOpenIds(new Set());
    setShown(requests);
    list.current?.focus();
  };
  return (
    <>
      <Faults latest={requests[0]?.requestId} />
      <p class="more-requests">
        {more > 0 && (
          <button type="button" onClick={follow}>
            {`Show ${more} new ${more === 1 ? 'request' : 'requests'}`}
          </button>
        )}
        {requests.length === 0 &&
          'No request yet. The last hundred appear here as they come: send one with the curl of npm start.'}
      </p>
      {shown.length > 0 && (
        <div class="request columns" aria-hidden="true">
          {['Time', 'Status', 'Method', 'Path', 'ms', 'Code, reason'].map((name) => (
            <span key={name}>{name}</span>
          ))}
        </div>
      )}
      <ul class="requests" ref={list} tabIndex={-1} onPointerLeave={catchUp}>
        {shown.map((request) => (
          <RequestRow
            key={request.requestId}
            request={request}
            isOpen={openIds.has(request.requestId)}
            onToggle={(isOpen) => toggle(request.requestId, isOpen)}
          />
        ))}
      </ul>
    </>
  );
}

interface RowProps {
  request: RequestLine;
  isOpen: boolean;
  onToggle(isOpen: boolean): void;
}

function RequestRow({ request, isOpen, onToggle }: RowProps) {
  const { at, status, method, path, milliseconds, code, message, why, requestId } = request;
  return (
    <li data-id={requestId}>
      <details open={isOpen} onToggle={({ currentTarget }) => onToggle(currentTarget.open)}>
        <summary class={status >= 400 ? 'request failed' : 'request'}>
          <span>{clock.format(at)}</span>
          <span class="status">{status}</span>
          <span>{method}</span>
          <span class="path">{path}</span>
          <span class="ms">{Math.round(milliseconds)}</span>
          <span class="reason">{[code, message, why].filter(Boolean).join('; ')}</span>
        </summary>
        {isOpen && <RequestFacts requestId={requestId} />}
      </details>
    </li>
  );
}
