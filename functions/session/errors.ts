/** The errors of a session. http/errors.ts translates them for clients. */

export class SessionNotFound extends Error {
  override readonly name = 'SessionNotFound';
}

export class SessionExpired extends Error {
  override readonly name = 'SessionExpired';
  /** Epoch milliseconds. */
  readonly expiresAt: number;

  constructor(expiresAt: number) {
    super('The session has expired');
    this.expiresAt = expiresAt;
  }
}

/** Concurrent updates won every retry. */
export class OptimisticLockError extends Error {
  override readonly name = 'OptimisticLockError';
}
