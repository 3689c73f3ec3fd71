/** ARNs of functions on this machine, by which they invoke each other. */

const PREFIX = 'arn:aws:lambda:local:000000000000:function:';

/** Of the alias that is live. */
export const functionArn = (name: string): string => `${PREFIX}${name}:live`;

/** The name of the function; undefined for another ARN. */
export const functionNameIn = (arn: string): string | undefined =>
  arn.startsWith(PREFIX) ? arn.slice(PREFIX.length).split(':')[0] : undefined;
