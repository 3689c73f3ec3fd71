/** Whose sessions a caller may use. */
export type Caller =
  /** Uses everyone's sessions: the deployment has no owners. */
  | { kind: 'anyone' }
  /** Uses the sessions of this user alone. */
  | { kind: 'owner'; userId: string }
  /** Uses none: the deployment has owners, and the caller's token names no user. */
  | { kind: 'nobody' };
