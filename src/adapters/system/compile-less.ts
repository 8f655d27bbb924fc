/** With fewer refs, no function runs often enough to be worth V8's attention. */
const LARGE = 1_000;

export function isLarge(refs: number): boolean {
  return refs > LARGE;
}

/** V8 would optimise some thirty functions while they run over a large board, which takes longer than it then saves. */
export async function compileLess(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--no-opt');
}
