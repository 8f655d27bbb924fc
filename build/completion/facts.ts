// What the scripts hold of the source.
export { COMMON, HELP } from '../../src/cli/command.ts';
export { COMMANDS } from '../../src/cli/commands.ts';
export { DEFAULT_REF_PREFIX } from '../../src/core/claim/refs.ts';
export { MODES } from '../../src/core/guard/mode.ts';
export { DEFAULT_ID_PATTERN } from '../../src/core/ids.ts';
export { DEFAULT_ORDERS } from '../../src/core/orders/globs.ts';
