import type { Symptom } from '../core/doctor/symptom.ts';
import { DOUBLED_REMEDY } from './clones.ts';
import { complaintRemedy } from './committed.ts';
import { driverRemedy } from './driver.ts';
import { forgetting } from './failures/failure.ts';
import { unfitRemedy } from './failures/remote.ts';
import { shellWord } from './shell-word.ts';

/** Says what to do about it; null if there is nothing to do. */
export function symptomRemedy({ about, order }: Symptom): string | null {
  switch (about.what) {
    case 'not-set-up':
    case 'files':
      return 'git claim init';
    case 'silent-hooks':
      if (about.why.kind !== 'other-folder') return 'git claim init';
      // Only who knows that nothing is lost by it may take the setting away: init keeps the hooks of a tool's folder.
      return about.why.folder === '/dev/null'
        ? 'in that worktree: git config --worktree --unset-all core.hooksPath'
        : 'git claim init; if this stays, that worktree has a setting of its own: git config --worktree --unset-all core.hooksPath';
    case 'hooks-folder':
      return "run there the command that made it here, such as npm install; git config --add claim.setup 'npm install' runs it in each new worktree";
    case 'unclear-index':
      return 'for a split one: git config core.splitIndex false, then git update-index --no-split-index';
    case 'no-hooks-folder':
      return `git config --${about.scope} --unset-all core.hooksPath`;
    case 'dangling-hooks':
      return 'install again what made them, or delete them';
    case 'agents-file':
      return `git claim init ${about.option}`;
    case 'lock':
      return about.why === null
        ? 'git claim doctor --fix removes it, and so does the next git claim that it blocks'
        : 'remove it when no git runs in this repository, on any machine';
    case 'foreign-ref':
      return `if another tool keeps its refs there, git config claim.refPrefix moves ours; else a person looks at it and deletes it: ${deleting(about.ref)}`;
    case 'cache':
      return about.trouble.kind === 'no-driver'
        ? driverRemedy(about.trouble)
        : 'claims work without it; .git/claim/cache.db may be deleted at any time';
    case 'missing-worktree':
      return `its holder runs git claim worktree add ${order} or git claim release ${order}; if it was moved, git worktree repair <its new folder>`;
    case 'lost-worktree':
      return `if it is gone for good: ${forgetting(about.path)}`;
    case 'copied-worktree':
      return `work in ${about.original}, and remove this folder once nothing in it is needed`;
    case 'others-worktree':
      return 'git claim worktree prune';
    case 'no-git-file':
      return 'git worktree repair';
    case 'inner-worktree':
      return 'git claim doctor --fix lets git ignore it (info/exclude)';
    case 'bare':
      return about.tree === null
        ? 'git config core.bare false'
        : `git -C ${shellWord(about.tree)} config --worktree core.bare false`;
    case 'no-such-remote':
      return 'git claim init --remote <name or address>; git config --unset claim.remote keeps claims to this clone';
    case 'remote-unfit':
      return unfitRemedy(about.why);
    case 'remote-unreachable':
      return 'git claim sync when it can be reached';
    case 'pruning-remote':
      return `git config --add ${shellWord(`remote.${about.remote}.fetch`)} '^refs/claim*'`;
    case 'ownerless-work':
      return about.isMerged ? deleting(about.ref) : `git merge ${about.ref} takes it in; ${deleting(about.ref)} drops it`;
    case 'unclaimed-worktree':
      return about.isListed
        ? 'git claim worktree prune'
        : `git claim ${order} continues its work, git claim worktree remove ${order} removes it`;
    case 'completed-worktree':
      if (about.isMerged) return `git claim worktree remove ${order}`;
      return about.branch === null ? null : `git merge ${shellWord(about.branch)}`;
    case 'unwritable':
      return about.isReadOnly
        ? 'run git claim outside the sandbox or container that keeps it read-only, or let this one write there'
        : 'git claim works for the user that the folder belongs to';
    case 'rewound':
      return `${about.isFixable ? '' : 'a person at a terminal: '}git claim doctor --fix sends it what it had`;
    case 'clone-doubled':
      return DOUBLED_REMEDY;
    case 'unsent':
      return 'git claim sync';
    case 'other-clone':
      return 'let all sessions work in worktrees of one clone; git claim <order> makes them';
    case 'future-record':
      return 'set both clocks by a time server; no claim depends on them, only the times that are shown';
    case 'file-clock':
      return 'set both clocks by a time server';
    case 'letter-case':
      return `git config core.ignorecase ${about.foldsCase}`;
    case 'no-boot-id':
      return 'nothing to do: silent claims are taken after a challenge instead';
    case 'version':
      return about.isOld ? `git ${about.gitMin} or newer is needed` : null;
    case 'committed':
      return complaintRemedy(about.complaint);
    case 'other-remote':
      return 'git config --unset claim.remote';
    case 'gate-lowered':
      return `git config ${about.key} ${about.from}`;
    case 'mended':
      return 'git claim feed';
    case 'mode': {
      const rules = about.stricter.map(({ rule, count }) => `${rule} ${count}`).join(', ');
      return about.mode === 'hard' || rules === '' ? null : `if they were right: git claim init --mode hard (${rules})`;
    }
  }
}

/** A symbolic ref must not lead `update-ref` to a branch. In hard mode only a person at a terminal, who says why, may do it. */
function deleting(ref: string): string {
  return `GIT_CLAIM_BYPASS=doctor git update-ref --no-deref -d ${shellWord(ref)}`;
}
