/** PATCH /api/messaging/sessions/{sessionId}: merges into the session's metadata. */
import { jsonBody, MERGE_PATCH_TYPE } from './http/body.ts';
import { parseReference } from './http/request.ts';
import { checkMetadataSize, parseMetadataPatch } from './http/request-bodies.ts';
import { ok } from './http/respond.ts';
import { serve } from './http/serve.ts';
import { toSessionInfo } from './http/session-info.ts';
import { updateMetadata } from './session/store/update-metadata.ts';

/** 200 with the session, 400, 404, 409, 410 or 500. Not activity: neither expiry nor renewalCount changes. */
export const handler = await serve(
  (table) => async (event) => {
    const patch = parseMetadataPatch(jsonBody(event, MERGE_PATCH_TYPE));
    return ok(toSessionInfo(await updateMetadata(table, parseReference(event), patch, checkMetadataSize)));
  },
  { body: { metadata: { changed: '' } } },
);
