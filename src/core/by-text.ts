/**
 * Returns a comparison for sorting by a text, code unit by code unit: instants in order of time, names as git sorts them.
 * `localeCompare` would load the rules of all languages, which takes a fifth of a command.
 */
export function byText<Value>(textOf: (value: Value) => string): (one: Value, other: Value) => number {
  return (one, other) => {
    const [first, second] = [textOf(one), textOf(other)];
    return first < second ? -1 : Number(first > second);
  };
}
