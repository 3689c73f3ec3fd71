/** The whole contract. */
import './change-metadata.ts';
import './change-timeout.ts';
import './changes.ts';
import './create-session.ts';
import './delete-session.ts';
import './delete-sessions.ts';
import './escaped-keys.ts';
import './failures.ts';
import './get-health.ts';
import './get-session.ts';
import './heartbeat-session.ts';
import './list-sessions.ts';
import './refuse-messages.ts';
import './renew-session.ts';

export { describeContract } from './contract.ts';
