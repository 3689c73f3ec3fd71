/**
 * The document client, which takes and gives plain values: for the routes that write or list. GET does
 * without, whose cold start it would make 6 % longer (in the bench's sandbox, medians of 25).
 */

import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '../../aws/environment.ts';
import { UNMARSHALL_OPTIONS } from './dynamodb.ts';
import { type SessionsTable, sessionsTable } from './table.ts';

export interface DocumentTable extends SessionsTable {
  documents: DynamoDBDocumentClient;
}

/** The table that `environment` points at. */
export function documentTable(environment?: Environment): DocumentTable {
  const table = sessionsTable(environment);
  const documents = DynamoDBDocumentClient.from(table.client, {
    // A copy: the document client writes into it what it assumes of the items it is given.
    unmarshallOptions: { ...UNMARSHALL_OPTIONS },
    // A double beyond 2^53 is written in the digits that JavaScript shows of it.
    marshallOptions: { allowImpreciseNumbers: true },
  });
  return { ...table, documents };
}
