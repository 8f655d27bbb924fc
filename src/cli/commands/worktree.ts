import { ClaimError } from '../../core/errors.ts';
import { exitCodeOf } from '../../core/exit-codes.ts';
import { keptRows, removedRow } from '../../text/documents/removal.ts';
import { prunedMergedText, pruneQuestion, removedText } from '../../text/removal.ts';
import { prunedText, trustedText, trustQuestion, worktreesText } from '../../text/worktrees.ts';
import { type PrunePlan, pruneMerged, removeTrees } from '../../usecases/trees/remove-several.ts';
import { trustSetup } from '../../usecases/trees/trust-setup.ts';
import type { Warning } from '../../usecases/warning.ts';
import { addWorktree, listWorktrees, pruneWorktrees, setUpWorktree } from '../../usecases/worktree.ts';
import type { Wired } from '../../wire.ts';
import { type Answer, answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';
import { isTerminal, pageFor } from '../streams.ts';

export const worktreeCommand: CommandSpec = {
  name: 'worktree',
  operands: '[list|prune|trust | (add|setup|remove) <order>...]',
  options: [
    ['--save', 'remove: keep changed files, commits and small ignored files under a ref first'],
    ['--merged', 'prune: remove the worktrees whose orders are over and merged'],
  ],
  async run(open, operands, options) {
    const [verb = 'list', ...orders] = operands;
    const isSaving = options['save'] === true;
    if (verb === 'list' && orders.length === 0) return rowsOf(await open(), listWorktrees);
    if (verb === 'prune' && orders.length === 0) return prune(await open(), options['merged'] === true);
    if (verb === 'trust' && orders.length === 0) return trust(await open());
    const [order, ...more] = orders;
    if (order !== undefined && more.length === 0 && verb === 'add')
      return rowsOf(await open(), (ports) => addWorktree(ports, order));
    if (order !== undefined && more.length === 0 && verb === 'setup') return setUp(await open(), order);
    if (order !== undefined && verb === 'remove') return remove(await open(), orders, isSaving);
    throw new ClaimError({ code: 'usage', kind: 'worktree-verb' });
  },
};

async function rowsOf(ports: Wired, find: (ports: Wired) => ReturnType<typeof addWorktree>): Promise<Answer> {
  const rows = await find(ports);
  if (rows.kind === 'refused') return rows;
  return answer({ worktrees: rows.worktrees }, (page) => worktreesText(page, rows, ports.places.mainDir), rows.warnings);
}

/** A setup that failed is only a warning of a claim, but all that this command was asked for. */
async function setUp(ports: Wired, order: string): Promise<Answer> {
  const told = await rowsOf(ports, () => setUpWorktree(ports, order));
  const isReady = told.kind !== 'answer' || told.warnings.every(({ code }) => !UNREADY.has(code));
  return isReady ? told : { ...told, exit: exitCodeOf('internal') };
}

const UNREADY: ReadonlySet<Warning['code']> = new Set(['setup-failed', 'setup-untrusted']);

async function trust(ports: Wired): Promise<Answer> {
  const { agrees } = await import('../confirm.ts');
  const outcome = await trustSetup(ports, (commands) => agrees(trustQuestion(ports.places.mainDir, commands)));
  return answer({ worktrees: [], trusted: outcome.commands }, () => trustedText(outcome));
}

async function remove(ports: Wired, orders: readonly string[], isSaving: boolean): Promise<Answer> {
  const outcome = await removeTrees(ports, orders, isSaving);
  if (outcome.kind === 'refused') return outcome;
  const [first] = outcome.removed;
  const rows = { removals: outcome.removed.map(removedRow), kept: keptRows(outcome.kept, 'command') };
  const removed = first === undefined ? null : removedRow(first);
  const answered = answer({ worktrees: [], removed, ...rows }, (page) => removedText(page, outcome));
  return outcome.kept.length === 0 ? answered : { ...answered, exit: exitCodeOf('illegal') };
}

async function prune(ports: Wired, isMerged: boolean): Promise<Answer> {
  const pruned = await pruneWorktrees(ports);
  const told = { pruned: pruned.paths, mended: pruned.mended };
  if (!isMerged)
    return answer({ worktrees: [], ...told, removals: [], kept: [], branches: [] }, (page) => prunedText(page, pruned));
  const mayAsk = isTerminal('stdin') && isTerminal('stderr');
  let asked: PrunePlan['kept'] = [];
  const ask = async (plan: PrunePlan) => {
    asked = plan.kept;
    return (await import('../confirm.ts')).agrees(pruneQuestion(pageFor('stderr', ports.settings.color), plan));
  };
  const outcome = await pruneMerged(ports, mayAsk ? ask : null);
  const { removed = [], kept = [], branches = [] } = outcome ?? {};
  const rows = { ...told, removals: removed.map(removedRow), kept: keptRows(kept, 'command'), branches };
  return answer({ worktrees: [], ...rows }, (page) =>
    [...(pruned.mended.length === 0 ? [] : [prunedText(page, pruned)]), prunedMergedText(page, outcome, asked)].join('\n'),
  );
}
