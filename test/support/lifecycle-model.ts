/** What the operations mean, in a plain model that shares no code with the service. */
import { MINUTE } from './session-item.ts';

/** A session as its specification tells it, in minutes and milliseconds. */
export interface ModelSession {
  createdAt: number;
  lastActivity: number;
  renewedAt: number;
  count: number;
  timeout: number;
  maximum: number;
  autoRenew: boolean;
  metadata: Record<string, number>;
}

export interface Model {
  now: number;
  sessions: Map<string, ModelSession>;
}

/** When a session ends, in epoch milliseconds. */
export const end = ({ createdAt, renewedAt, lastActivity, timeout, maximum, autoRenew }: ModelSession) =>
  Math.min(
    Math.max(createdAt, renewedAt, autoRenew ? lastActivity : 0) + timeout * MINUTE,
    createdAt + maximum * MINUTE,
  );

/** What each operation does to a living session. Patch gives false to reject it. */
const effects = {
  renew(session: ModelSession, now: number) {
    session.renewedAt = now;
    session.lastActivity = now;
    session.count += 1;
    return true;
  },
  heartbeat(session: ModelSession, now: number) {
    session.lastActivity = now;
    if (session.autoRenew) effects.renew(session, now);
    return true;
  },
  patch(session: ModelSession, now: number, settings: Partial<ModelSession>) {
    const changed = { ...session, ...settings };
    if (settings.maximum !== undefined && changed.maximum < changed.timeout) return false;
    if (settings.maximum === undefined && changed.timeout !== session.timeout) {
      changed.maximum = Math.max(changed.maximum, changed.timeout);
    }
    const isSame = (['timeout', 'maximum', 'autoRenew'] as const).every(
      (key) => changed[key] === session[key],
    );
    if (!isSame && end(changed) <= now) return false;
    Object.assign(session, changed);
    return true;
  },
  describe(session: ModelSession, changes: Changes) {
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) delete session.metadata[key];
      else session.metadata[key] = value;
    }
    return true;
  },
};

/** Keys of metadata, and their new value or null to remove them. */
export type Changes = Record<string, number | null>;

export type Operation =
  | { kind: 'renew' | 'heartbeat' | 'get' | 'delete'; which: number }
  | { kind: 'patch'; which: number; settings: { timeout?: number; autoRenew?: boolean; maximum?: number } }
  | { kind: 'describe'; which: number; changes: Changes };

/** The status of an operation in the model, which it changes. */
export function expected(model: Model, id: string | undefined, operation: Operation): number {
  const session = id === undefined ? undefined : model.sessions.get(id);
  if (!session || id === undefined) return 404;
  if (operation.kind === 'delete') {
    model.sessions.delete(id);
    return 200;
  }
  if (end(session) <= model.now) return 410;
  if (operation.kind === 'patch') return effects.patch(session, model.now, operation.settings) ? 200 : 400;
  if (operation.kind === 'describe') effects.describe(session, operation.changes);
  else if (operation.kind !== 'get') effects[operation.kind](session, model.now);
  return 200;
}
