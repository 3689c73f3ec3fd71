/** Who may call the API. */

/** Tokens that an issuer signs (OpenID Connect). */
export interface JwtOptions {
  /** The https URL that tokens have as `iss`. API Gateway reads its metadata when it is deployed. */
  readonly issuer: string;
  /** One or more values, one of which tokens have as `aud` (or `client_id`). */
  readonly audience: readonly string[];
  /**
   * The claim that names a session's user, such as `sub`: callers then use their own sessions only.
   * @default - callers use all sessions
   */
  readonly ownerClaim?: string;
  /**
   * With `ownerClaim`: a token with this scope or role calls as a service, which uses all sessions.
   * @default - no token does
   */
  readonly serviceScope?: string;
}

export type AuthOptions =
  | { readonly kind: 'none' }
  | { readonly kind: 'api-key' }
  | { readonly kind: 'iam' }
  | ({ readonly kind: 'jwt' } & JwtOptions);

/** Who may call the API: `Auth.none()`, `Auth.apiKeys()`, `Auth.iam()` or `Auth.jwt(…)`. */
export class Auth {
  readonly options: AuthOptions;

  private constructor(options: AuthOptions) {
    this.options = options;
  }

  /** Everybody. A session's id is then all that protects it, and the list is off. */
  static none(): Auth {
    return new Auth({ kind: 'none' });
  }

  /** Callers with a key in the header `x-api-key`. The construct generates a secret with a first one. */
  static apiKeys(): Auth {
    return new Auth({ kind: 'api-key' });
  }

  /** AWS principals that sign their requests (SigV4) and may invoke the API: `sessions.grantInvoke(role)`. */
  static iam(): Auth {
    return new Auth({ kind: 'iam' });
  }

  /** Callers with a token of the issuer in the header `authorization`. */
  static jwt(options: JwtOptions): Auth {
    return new Auth({ kind: 'jwt', ...options });
  }
}
