/**
 * Replaces JSON.parse, in which V8 13.6 (Node.js 24) has a fault: after a text with a key that holds a backslash,
 * it reads other escaped keys, at the same place in an object, as that key (nodejs/node#63785). One caller's
 * metadata could rename keys of another's. For all code of a function, the SDK's included; a test fails when
 * Node.js no longer needs it.
 */

// TypeScript's libraries don't know a reviver's third argument yet.
const native = JSON.parse as (text: string, reviver?: Reviver) => unknown;

/** A string, whole or broken off. Each match starts where the one before ended: linear. */
const STRING = /"(?:[^"\\]|\\.)*(?:"|\\?$)/gs;
const COLON = /[ \t\n\r]*:/y;

/** The characters that JSON must escape, and that which marks them here. */
const SPECIAL = /[%"\\]|[^ -\uffff]/g;

JSON.parse = (input: unknown, reviver?: Reviver): unknown => {
  const text = String(input);
  return text.includes('\\') && hasEscapedKey(text)
    ? native(encodeKeys(text), decodeKeys(reviver))
    : native(text, reviver);
};

type Reviver = (this: unknown, key: string, value: unknown, context: unknown) => unknown;

function isKey(text: string, end: number): boolean {
  COLON.lastIndex = end;
  return COLON.test(text);
}

function hasEscapedKey(text: string): boolean {
  for (const { 0: string, index } of text.matchAll(STRING)) {
    if (string.includes('\\') && isKey(text, index + string.length)) return true;
  }
  return false;
}

/** The text with keys that need no escape. Equal keys stay equal, so that the last of them still wins. */
const encodeKeys = (text: string): string =>
  text.replace(STRING, (string, index: number) => {
    if (!isKey(text, index + string.length)) return string;
    // A key without an escape is left as it is otherwise: what makes it invalid is the parser's to find.
    if (!string.includes('\\')) return string.replaceAll('%', encode);
    return `"${(native(string) as string).replace(SPECIAL, encode)}"`;
  });

const encode = (character: string): string => `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const decode = (key: string): string =>
  key.replace(/%(.{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

const decodeKeys = (reviver: Reviver = (_, value) => value): Reviver =>
  function (key, value, context) {
    const decoded =
      typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [decode(name), inner]))
        : value;
    return reviver.call(this, decode(key), decoded, context);
  };
