import { ClaimError } from '../../../core/errors.ts';
import { HOOKS } from '../../../hooks/git.ts';
import { guardText } from '../../../text/guard.ts';
import type { CommandSpec } from '../../command.ts';

/** What the scripts in githooks/ run to say something: to the script on standard output, to people on standard error. */
export const hookCommand: CommandSpec = {
  name: 'hook',
  operands: '<hook> [<argument>...]',
  options: [],
  async run(open, [name = '']) {
    const hook = Object.hasOwn(HOOKS, name) ? HOOKS[name] : undefined;
    if (hook === undefined) throw new ClaimError({ code: 'usage', kind: 'unknown-hook', text: name });
    const input = name === 'pre-push' ? await standardInput() : '';
    const { guarded, line } = await hook(await open({ isSurveying: name === 'pre-push' }), input);
    return {
      kind: 'verdict',
      isRefused: guarded?.isRefused ?? false,
      line,
      text: (page) => (guarded === null ? '' : guardText(page, guarded)),
    };
  },
};

async function standardInput(): Promise<string> {
  const { text } = await import('node:stream/consumers');
  return text(process.stdin);
}
