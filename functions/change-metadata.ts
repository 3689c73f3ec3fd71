/** PATCH /api/messaging/sessions/{sessionId}: merges into the session's metadata. */
import { jsonBody, MERGE_PATCH_TYPE } from './http/body.ts';
import { answerChange } from './http/change.ts';
import { checkMetadataSize, parseMetadataPatch } from './http/request-bodies.ts';
import { respond } from './http/respond.ts';
import { patchMetadata } from './session/store/patch-metadata.ts';
import { sessionsTable } from './session/store/table.ts';

const table = sessionsTable();

/** Answers 200 with the session, 400, 404, 409, 410 or 500. No activity: no clock moves. */
export const handler = respond(async (event) => {
  const patch = parseMetadataPatch(jsonBody(event, MERGE_PATCH_TYPE));
  return await answerChange(event, (reference, assertAlive) =>
    patchMetadata(table, reference, patch, (before, after) => {
      assertAlive(before);
      checkMetadataSize(before.metadata, after.metadata);
    }),
  );
});
