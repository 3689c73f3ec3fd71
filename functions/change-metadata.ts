/** PATCH /api/messaging/sessions/{sessionId}: merges into the session's metadata. */
import { jsonBody, MERGE_PATCH_TYPE } from './http/body.ts';
import { answerChange } from './http/change.ts';
import { checkMetadataSize, parseMetadataPatch } from './http/request-bodies.ts';
import { type Handler, respond } from './http/respond.ts';
import { rehearse } from './http/warm-up.ts';
import { patchMetadata } from './session/store/patch-metadata.ts';
import { type SessionsTable, sessionsTable } from './session/store/table.ts';

const table = sessionsTable();

/** Answers 200 with the session, 400, 404, 409, 410 or 500. No activity: no clock moves. */
export const handler = changeMetadata(table);

await rehearse(table, changeMetadata, { body: { metadata: { changed: '' } } });

function changeMetadata(on: SessionsTable): Handler {
  return respond(async (event) => {
    const patch = parseMetadataPatch(jsonBody(event, MERGE_PATCH_TYPE));
    return await answerChange(event, (reference, assertAlive) =>
      patchMetadata(on, reference, patch, (before, after) => {
        assertAlive(before);
        checkMetadataSize(before.metadata, after.metadata);
      }),
    );
  });
}
