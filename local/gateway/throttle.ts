/** API Gateway's throttling: a token bucket for each route (its developer guide, "Throttle requests to HTTP APIs"). */
import type { ThrottleDefinition } from '../stack/stack-definition.ts';
import { GatewayError } from './gateway-error.ts';

/** @throws GatewayError 429 for a request to a route that has had its share. */
export type Throttle = (routeKey: string) => void;

/** @param now monotonic milliseconds: a moved clock is not a second in which requests may come. */
export function createThrottle(
  { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }: ThrottleDefinition,
  now: () => number = () => performance.now(),
): Throttle {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (routeKey) => {
    const at = now();
    const before = buckets.get(routeKey) ?? { tokens: burst, at };
    const tokens = Math.min(burst, before.tokens + ((at - before.at) / 1000) * rate);
    const isThrottled = tokens < 1;
    buckets.set(routeKey, { tokens: isThrottled ? tokens : tokens - 1, at });
    if (isThrottled) {
      throw new GatewayError(
        429,
        `Throttled: ${routeKey} accepts at most ${rate} a second and a burst of ${burst}; ` +
          '-c rateLimit=… and -c burstLimit=… change that',
      );
    }
  };
}
