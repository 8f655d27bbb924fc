/** Returns the same function with its answers remembered. Most claims on a board ask the same few things. */
export function remembered<Key, Answer extends NonNullable<unknown>>(find: (key: Key) => Answer): (key: Key) => Answer {
  const found = new Map<Key, Answer>();
  return (key) => {
    const known = found.get(key) ?? find(key);
    found.set(key, known);
    return known;
  };
}
