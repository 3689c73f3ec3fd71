/** What the package exports. */
export { Auth, type JwtOptions } from './config/auth.ts';
export type { Domain, DomainRecord, SessionsApiProps, Throttle, Timeouts } from './config/props.ts';
export { SessionsApi } from './sessions-api.ts';
