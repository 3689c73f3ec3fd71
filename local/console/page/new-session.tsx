/** The form that creates a session. */
import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { Settings } from '../settings.ts';
import { clientFor, ONCE, type Outcome, outcomeOf, WAITING } from './host.ts';
import { parseMetadata } from './metadata.tsx';
import { OutcomeLine } from './outcome.tsx';
import { hrefOf } from './place.ts';
import { changedTimeouts, TimeoutFields } from './timeout-fields.tsx';

export function NewSession({ settings, onCreated }: { settings: Settings; onCreated(): Promise<void> }) {
  const [outcome, setOutcome] = useState<Outcome>();
  const [createdId, setCreatedId] = useState<string>();
  const create = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (outcome?.isPending) return;
    setOutcome(WAITING);
    const form = event.currentTarget;
    const field = (name: string) => String(new FormData(form).get(name)).trim();
    setCreatedId(undefined);
    const result = await outcomeOf(async () => {
      const userId = field('userId');
      const timeoutConfig = changedTimeouts(form);
      const { sessionId } = await clientFor(userId).create(
        {
          agentId: field('agentId'),
          userId,
          metadata: parseMetadata(field('metadata')),
          ...(Object.keys(timeoutConfig).length > 0 && { timeoutConfig }),
        },
        ONCE,
      );
      setCreatedId(sessionId);
      return 'Created ';
    });
    setOutcome(result);
    await onCreated();
  };
  return (
    <details class="new">
      <summary>New session</summary>
      <form onSubmit={create}>
        <label>
          User (UUID)
          <input name="userId" required defaultValue={settings.userId} />
        </label>
        <label>
          Agent (UUID)
          <input name="agentId" required defaultValue={settings.agentId} />
        </label>
        <TimeoutFields bounds={settings.bounds} config={settings.defaults} />
        <label class="wide">
          Metadata
          <textarea name="metadata" rows={2} required defaultValue='{"channel": "console"}' />
        </label>
        <button type="submit">Create</button>
        <OutcomeLine outcome={outcome} />
        {createdId !== undefined && <a href={hrefOf('sessions', { search: createdId })}>{createdId}</a>}
      </form>
    </details>
  );
}
