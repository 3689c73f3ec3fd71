/** GET and POST /api/messaging/sessions/{sessionId}/messages: not served here. */
import { messagesNotServed } from './http/errors.ts';
import { respond } from './http/respond.ts';

/**
 * 405. Without the routes a client would get 404, which the resilient client in elizaOS's documentation takes for a
 * lost session: it creates another and tries again, without end.
 */
export const handler = respond(async () => {
  throw messagesNotServed();
});
