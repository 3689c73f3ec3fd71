/** A session's metadata, folded where it is long; and metadata from a form. */
const FOLD_CHARACTERS = 200;

/** @param metadata JSON. */
export function Metadata({ metadata }: { metadata: string }) {
  if (metadata.length <= FOLD_CHARACTERS) return <pre>{metadata}</pre>;
  return (
    <details class="fold">
      <summary>{`${metadata.length.toLocaleString()} characters`}</summary>
      <pre>{metadata}</pre>
    </details>
  );
}

/** @throws Error that says what is wrong with the text. */
export function parseMetadata(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text, assertExact);
  } catch (error) {
    throw new Error(`Metadata must be JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** Rejects numbers that a page would round silently. */
function assertExact(_key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  if (typeof value === 'number' && source !== undefined && digitsOf(source) !== digitsOf(String(value)))
    throw new Error(`${source} has more digits than this page can send; use curl`);
  return value;
}

/** The significant digits of a number. */
const digitsOf = (number: string): string =>
  number
    .replace(/e.*/i, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '')
    .replace(/0{1,400}$/, '');
