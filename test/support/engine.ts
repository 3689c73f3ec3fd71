/** A DynamoDB engine (dynalite) of a test's own. */
import { startEmbeddedDynamoDB } from '../../local/dynamodb/embedded-dynamodb.ts';

const JSON_PARSE = new URL('../../functions/aws/json-parse.ts', import.meta.url).href;

export const startEngine = () => startEmbeddedDynamoDB(0, undefined, JSON_PARSE);
