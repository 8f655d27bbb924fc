import { ClaimError } from '../../core/errors.ts';
import { boardText } from '../../text/board.ts';
import { wrapped } from '../../text/page.ts';
import { type BoardWish, legacyWarning, list, watch } from '../../usecases/list.ts';
import type { Wired } from '../../wire.ts';
import { type Answer, answer } from '../answer.ts';
import { type CommandSpec, type Options, textOf } from '../command.ts';
import { stoppable } from '../stoppable.ts';
import { isTerminal, pageFor, say } from '../streams.ts';

export const listCommand: CommandSpec = {
  name: 'list',
  operands: '',
  options: [
    ['--all', 'show released, completed and abandoned claims too'],
    ['--mine', "show only this session's claims"],
    ['--watch', 'keep showing the board as it changes, until interrupted'],
    ['--remote <url>', 'show the claims of a repository that is not here, read over HTTPS'],
  ],
  async run(open, operands, options) {
    if (operands.length > 0) throw new ClaimError({ code: 'usage', kind: 'unwanted-operands', command: 'list' });
    const address = textOf(options, 'remote');
    if (address !== null) return ofRemote(address, options);
    const wish = { isAll: options['all'] === true, isMine: options['mine'] === true };
    if (options['watch'] === true) {
      if (options['json'] === true || !isTerminal('stdout'))
        throw new ClaimError({ code: 'usage', kind: 'watch-without-terminal' });
      return watched(await open({ isSurveying: true }), wish);
    }
    const board = await list(await open({ isSurveying: true }), wish);
    const legacy = options['json'] === true ? board.legacy.slice(0, LEGACY_MAX).map(legacyWarning) : [];
    const told = answer({ claims: board.claims }, (page) => boardText(page, board), [...board.warnings, ...legacy]);
    return wish.isAll ? { ...told, isPaged: true } : told;
  },
};

async function ofRemote(address: string, options: Options): Promise<Answer> {
  if (options['mine'] === true || options['watch'] === true)
    throw new ClaimError({ code: 'usage', kind: 'remote-with-options', options: ['--mine', '--watch'] });
  const { unclonedRefs } = await import('../../wire-uncloned.ts');
  const { readRemote } = await import('../../usecases/read-remote.ts');
  const { remoteBoardText } = await import('../../text/remote-board.ts');
  const board = await readRemote(await unclonedRefs(address), options['all'] === true);
  return answer({ claims: board.claims, paths: board.paths }, (page) => remoteBoardText(page, board), board.warnings);
}

/** A project with more is in the middle of its migration, and reads the files. */
const LEGACY_MAX = 50;

/** Shows the board again whenever its text is another one. Ends with success when it is interrupted or nobody reads any more. */
async function watched(ports: Wired, wish: BoardWish): Promise<Answer> {
  const stopping = stoppable();
  let before = '';
  for await (const board of watch(ports, wish, stopping)) {
    const page = pageFor('stdout', ports.settings.color);
    const text = wrapped(page, boardText(page, board));
    // Ages in the text grow; a board that nobody touched is drawn anew for them as well.
    if (text !== before && !say(`${CLEAR}${text}\n`)) break;
    before = text;
  }
  return answer({ claims: [] }, () => '');
}

/** Clears the screen, and goes to its upper left corner. */
const CLEAR = '\x1b[H\x1b[2J';
