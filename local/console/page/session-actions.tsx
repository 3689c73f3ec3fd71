/** The actions of a session. An expired or malformed one can only be deleted. */
import type { TargetedSubmitEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SessionsClient } from '../../../client/client.ts';
import type { SessionView, State } from '../sessions.ts';
import type { Settings } from '../settings.ts';
import { move } from './clock.tsx';
import { CopyButton } from './copy-button.tsx';
import { clientFor, ONCE, type Outcome, outcomeOf } from './host.ts';
import { parseMetadata } from './metadata.tsx';
import { changedTimeouts, TimeoutFields } from './timeout-fields.tsx';

interface Props {
  session: SessionView;
  state: State;
  settings: Settings;
  hasClock: boolean;
  onAct(run: () => Promise<Outcome>): Promise<void>;
}

/** API Gateway decodes a path before it matches it: such an id would be another session's, or a route. */
const hasPath = (id: string) => !/[/?]/.test(id) && !['.', '..', 'health'].includes(id);

const time = (instant: string) => new Date(instant).toLocaleTimeString();

export function SessionActions({ session, state, settings, hasClock, onAct }: Props) {
  const { sessionId, userId } = session;
  if (!hasPath(sessionId)) return <div class="actions">No path reaches a session with this id.</div>;

  const act = (run: (client: SessionsClient) => Promise<string>) =>
    onAct(() => outcomeOf(() => run(clientFor(userId))));
  const moveTo = (until: 'warning' | 'expiry') => onAct(() => move({ sessionId, until }));
  const submit = (run: (client: SessionsClient, form: HTMLFormElement) => Promise<string>) => {
    return (event: TargetedSubmitEvent<HTMLFormElement>) => {
      event.preventDefault();
      const form = event.currentTarget;
      return act((client) => run(client, form));
    };
  };

  const remove = () =>
    act(async (client) => {
      await client.delete(sessionId, ONCE);
      return 'Deleted';
    });
  if (session.state === 'malformed' || state === 'expired') {
    return (
      <div class="actions">
        <DeleteButton onDelete={remove} />
        {session.state !== 'malformed' && <CopyButton label="Copy as curl" text={session.curl} />}
      </div>
    );
  }
  const { timeoutConfig, curl } = session;
  return (
    <div class="actions">
      <button
        type="button"
        onClick={() =>
          act(async (client) => {
            const { expiresAt } = await client.heartbeat(sessionId, ONCE);
            return `Heartbeat received; expires at ${time(expiresAt)}`;
          })
        }
      >
        Heartbeat
      </button>
      <button
        type="button"
        onClick={() =>
          act(
            async (client) => `Renewed; expires at ${time((await client.renew(sessionId, ONCE)).expiresAt)}`,
          )
        }
      >
        Renew
      </button>
      <DeleteButton onDelete={remove} />
      <CopyButton label="Copy as curl" text={curl} />
      {hasClock && (
        <>
          {state === 'active' && (
            <button type="button" onClick={() => moveTo('warning')}>
              Clock to the warning
            </button>
          )}
          <button type="button" onClick={() => moveTo('expiry')}>
            Clock to expiry
          </button>
        </>
      )}
      <form
        onSubmit={submit(async (client, form) => {
          const changed = changedTimeouts(form);
          if (Object.keys(changed).length === 0) return 'Nothing to change: no field differs';
          const { expiresAt } = await client.changeTimeout(sessionId, changed, ONCE);
          return `Timeouts changed; expires at ${time(expiresAt)}`;
        })}
      >
        <TimeoutFields bounds={settings.bounds} config={timeoutConfig} />
        <button type="submit">Change timeouts</button>
      </form>
      <form
        onSubmit={submit(async (client, form) => {
          const metadata = parseMetadata(String(new FormData(form).get('metadata')));
          await client.changeMetadata(sessionId, metadata, ONCE);
          return 'Metadata changed';
        })}
      >
        <label>
          Metadata to merge (null removes a key)
          <textarea name="metadata" rows={2} required defaultValue='{"locale": "fr"}' />
        </label>
        <button type="submit">Change metadata</button>
      </form>
    </div>
  );
}

/** Asks for confirmation. The focus goes to Keep, so that holding Enter deletes nothing. */
function DeleteButton({ onDelete }: { onDelete(): Promise<void> }) {
  const [isAsking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const ask = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  // In a layout effect: the focus must move before the next key press.
  useLayoutEffect(() => {
    if (isAsking) keep.current?.focus();
    else if (wasAsking.current) ask.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  if (!isAsking) {
    return (
      <button ref={ask} type="button" onClick={() => setAsking(true)}>
        Delete
      </button>
    );
  }
  const confirmed = async () => {
    await onDelete();
    setAsking(false);
  };
  return (
    <fieldset class="confirm">
      <legend>Delete this session?</legend>
      <button type="button" class="danger" onClick={confirmed}>
        Delete for good
      </button>
      <button ref={keep} type="button" onClick={() => setAsking(false)}>
        Keep
      </button>
    </fieldset>
  );
}
