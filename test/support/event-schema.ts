/** Holds events against events.schema.json. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';

const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
// Its CommonJS default export.
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
const validate = ajv.compile(
  JSON.parse(readFileSync(new URL('../../events.schema.json', import.meta.url), 'utf8')),
);

/** @param event as a rule's target receives it. */
export function assertEvent(event: unknown): void {
  validate(event);
  expect(validate.errors ?? []).toEqual([]);
}
