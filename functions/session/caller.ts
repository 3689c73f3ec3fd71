/** Whose sessions a caller may use. */
export type Caller =
  /** Uses all sessions: the API is public. */
  | { kind: 'anyone' }
  /** Uses all sessions: a trusted program, or a caller of a deployment without owners. */
  | { kind: 'service' }
  /** Uses the sessions of this user alone. */
  | { kind: 'owner'; userId: string }
  /** Uses none: the deployment has owners, and the caller's token names no user. */
  | { kind: 'nobody' };

export const usesAll = ({ kind }: Caller): boolean => kind === 'anyone' || kind === 'service';
