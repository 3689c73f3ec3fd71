/** Node.js's own JSON.parse, loaded before the functions replace it (vitest.config.ts). */
export const nativeParse: (text: string) => unknown = JSON.parse;
