/** Settings of a host that gets more requests than one client should send: the default is 1,000 a second. */
export const UNTHROTTLED = { rateLimit: '10000', burstLimit: '5000' };
