import { ClaimError } from '../../core/errors.ts';
import { prunedText, removedText, trustedText, trustQuestion, worktreesText } from '../../text/worktrees.ts';
import { trustSetup } from '../../usecases/trees/trust-setup.ts';
import { addWorktree, listWorktrees, pruneWorktrees, removeWorktree, setUpWorktree } from '../../usecases/worktree.ts';
import type { Wired } from '../../wire.ts';
import { type Answer, answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const worktreeCommand: CommandSpec = {
  name: 'worktree',
  operands: '[list|prune|trust | (add|setup|remove) <order>]',
  options: [['--save', 'remove: keep changed files and commits under a ref first']],
  async run(open, operands, options) {
    const [verb = 'list', ...orders] = operands;
    const isSaving = options['save'] === true;
    if (verb === 'list' && orders.length === 0) return rowsOf(await listWorktrees(await open()));
    if (verb === 'prune' && orders.length === 0) {
      const pruned = await pruneWorktrees(await open());
      return answer({ worktrees: [], pruned: pruned.paths }, (page) => prunedText(page, pruned));
    }
    if (verb === 'trust' && orders.length === 0) return trust(await open());
    const [order, ...more] = orders;
    if (order !== undefined && more.length === 0 && verb === 'add') return rowsOf(await addWorktree(await open(), order));
    if (order !== undefined && more.length === 0 && verb === 'setup') return rowsOf(await setUpWorktree(await open(), order));
    if (order !== undefined && more.length === 0 && verb === 'remove') return remove(await open(), order, isSaving);
    throw new ClaimError({ code: 'usage', kind: 'worktree-verb' });
  },
};

function rowsOf(rows: Awaited<ReturnType<typeof addWorktree>>): Answer {
  if (rows.kind === 'refused') return rows;
  return answer({ worktrees: rows.worktrees }, (page) => worktreesText(page, rows), rows.warnings);
}

async function trust(ports: Wired): Promise<Answer> {
  const { confirm } = await import('../confirm.ts');
  const outcome = await trustSetup(ports, (commands) => confirm(trustQuestion(ports.places.mainDir, commands)));
  return answer({ worktrees: [], trusted: outcome.commands }, () => trustedText(outcome));
}

async function remove(ports: Wired, order: string, isSaving: boolean): Promise<Answer> {
  const outcome = await removeWorktree(ports, order, isSaving);
  if (outcome.kind === 'refused') return outcome;
  const { path, saved, deletedBranch, deletedTip } = outcome;
  return answer({ worktrees: [], removed: { order: outcome.order, path, saved, deletedBranch, deletedTip } }, (page) =>
    removedText(page, outcome),
  );
}
