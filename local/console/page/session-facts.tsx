/** A session's stored fields, in the words of the legend. */
import { PARTS } from './bar.tsx';
import { Facts, type FactsByName } from './facts.tsx';
import { Metadata } from './metadata.tsx';
import { hrefOf } from './place.ts';
import type { Row } from './rows.ts';
import type { Life } from './timeline.ts';

const at = (instant: number) => new Date(instant).toLocaleString();

/** An id as a link to all sessions that have it. */
const IdLink = ({ id }: { id: string }) => <a href={hrefOf('sessions', { search: id })}>{id}</a>;

export const SessionFacts = ({ row, life }: { row: Row; life: Life | undefined }) => (
  <Facts facts={factsOf(row, life)} />
);

function factsOf(row: Row, life: Life | undefined): FactsByName {
  if (row.state === 'malformed') return { Session: row.sessionId, Malformed: row.malformed };
  if (row.state === 'gone' || !life) return { Session: row.sessionId, Gone: 'It was deleted or purged.' };
  const { timeoutConfig } = row;
  return {
    Session: row.sessionId,
    User: <IdLink id={row.userId} />,
    Agent: <IdLink id={row.agentId} />,
    ...(row.channelId !== undefined && { Channel: row.channelId }),
    [PARTS.elapsed]: `since ${at(life.createdAt)}`,
    [PARTS.activity]: at(life.lastActivity),
    [PARTS.warning]: `from ${at(life.warning)}`,
    [PARTS.remaining]: `until ${at(life.expiry)}`,
    [PARTS.maximum]: `until ${at(life.maximum)}`,
    Renewals: row.renewalCount,
    'Auto-renew': timeoutConfig.autoRenew ? 'on' : 'off',
    Metadata: <Metadata metadata={row.metadata} />,
  };
}
