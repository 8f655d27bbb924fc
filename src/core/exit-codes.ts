/** Every error code with its exit code, as docs/json.md lists them. Scripts rely on both. */
const EXIT_OF = {
  internal: 1,
  held: 3,
  completed: 3,
  conflict: 3,
  'not-holder': 4,
  lost: 4,
  illegal: 4,
  collision: 5,
  nothing: 6,
  remote: 7,
  unknown: 8,
  foreign: 8,
  'no-repo': 128,
  git: 128,
  usage: 129,
  'bad-id': 129,
  'no-session': 129,
} as const;

export type ErrorCode = keyof typeof EXIT_OF;
/** Returns the process exit code for an error code. */
export function exitCodeOf(code: ErrorCode): number {
  return EXIT_OF[code];
}
