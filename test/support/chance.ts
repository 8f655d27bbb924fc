/** Repeatable chance: its seed is printed, and read from the variable SEED. */
export type Chance = { readonly below: (limit: number) => number; readonly pick: <T>(things: readonly T[]) => T };

export function chance(what: string): Chance {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
  console.log(`${what}: SEED=${seed}`);
  let state = seed;
  // mulberry32, by Tommy Ettinger, in the public domain.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, pick: (things) => things[below(things.length)] as (typeof things)[number] };
}
