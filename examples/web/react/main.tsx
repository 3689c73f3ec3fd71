/** The page with React. */
import { StrictMode, useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { useSession } from 'sessions-api-client/react';
import { announce, client, name, openSession, startAfresh, toClock, WARN_BEFORE_MS } from '../session.ts';

const ENDED = { expired: 'Your session has expired', gone: 'Your session has ended' };

function SessionPage({ id }: { id: string }) {
  const session = useSession(client, id, { warnBefore: WARN_BEFORE_MS });
  const { status, remaining } = session;
  const isEnded = status === 'expired' || status === 'gone';
  const title = useRef<HTMLHeadingElement>(null);
  const restart = async () => {
    if (!session.session) return startAfresh();
    name((await session.restart()).sessionId);
    title.current?.focus();
  };
  return (
    <>
      <main className={status}>
        <h1 ref={title} tabIndex={-1}>
          {isEnded ? ENDED[status] : 'Your session'}
        </h1>
        {!isEnded && (
          <p>
            {status === 'unknown'
              ? 'The network is away. Your session may end meanwhile.'
              : 'Typing keeps it alive.'}
          </p>
        )}
        <div className="countdown" role="timer" aria-live="off">
          {toClock(remaining, status)}
        </div>
        {isEnded ? (
          <button type="button" className="main" onClick={restart}>
            Start again
          </button>
        ) : (
          <>
            <label htmlFor="message">Message</label>
            <textarea id="message" rows={3} onInput={session.activity} />
            <button type="button" onClick={session.end}>
              End session
            </button>
          </>
        )}
        <div className="announcement" role="status">
          {isEnded && ENDED[status]}
        </div>
      </main>
      {status === 'near' && <Warning remaining={remaining} onStay={session.renew} onEnd={session.end} />}
    </>
  );
}

function Warning(props: { remaining: number; onStay(): void; onEnd(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      aria-labelledby="warning-title"
      // Escape is no wish to lose the session.
      onCancel={(event) => {
        event.preventDefault();
        props.onStay();
      }}
    >
      <h1 id="warning-title">Are you still there?</h1>
      <p id="warning-text">
        Your session ends in {toClock(props.remaining, 'near')}. What you wrote stays here if you stay.
      </p>
      {/* Within the dialog: what is behind it is not read. */}
      <div className="announcement" role="status">
        {announce(props.remaining)}
      </div>
      <div className="buttons">
        <button type="button" className="main" onClick={props.onStay}>
          Stay
        </button>
        <button type="button" onClick={props.onEnd}>
          End session
        </button>
      </div>
    </dialog>
  );
}

const root = document.getElementById('root');
if (root) {
  const id = await openSession();
  createRoot(root).render(
    <StrictMode>
      <SessionPage id={id} />
    </StrictMode>,
  );
}
