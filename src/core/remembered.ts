/** Returns the same function with its answers remembered: of the many claims on a board most lie in the same few places. */
export function remembered(find: (text: string) => string): (text: string) => string {
  const found = new Map<string, string>();
  return (text) => {
    const known = found.get(text) ?? find(text);
    found.set(text, known);
    return known;
  };
}
