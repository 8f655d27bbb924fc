/*
 * What a file of ours says is believed only if it has the shape of what we write there: whoever wrote it may have been another
 * version, or somebody else.
 */

export type Is = (value: unknown) => boolean;

export const isText: Is = (value) => typeof value === 'string';
export const isNumber: Is = (value) => typeof value === 'number';
export const orNull =
  (is: Is): Is =>
  (value) =>
    value === null || is(value);
export const isListOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is);

export function has(fields: Readonly<Record<string, Is>>): Is {
  const rows = Object.entries(fields);
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    rows.every(([name, is]) => is((value as Readonly<Record<string, unknown>>)[name]));
}
