/** Origins of pages. In its own file, so that the local host need not load CDK. */

/** An origin as browsers send it: scheme, host and port. Without TLS only on one's own machine. */
export function origin(given: string): string | undefined {
  const url = URL.parse(given);
  const isLocal = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
  const isWeb = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  return isWeb && url.origin === given && !given.includes('*') ? given : undefined;
}
