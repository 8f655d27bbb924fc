/** A file that differs from what is committed. */
export type ChangedFile = {
  readonly path: string;
  readonly isTracked: boolean;
  /** It describes work and is not work itself: mirrors write to it. */
  readonly isOrderFile: boolean;
};

export type Uncommitted = {
  /** Work on the order. It must be committed before the order is complete. */
  readonly work: readonly string[];
  /** Files that may or may not belong to the order. */
  readonly doubtful: readonly string[];
};

/**
 * Returns which changed files of a worktree keep its order from being completed. If the order has its own
 * worktree, all of them do, even untracked ones. Others use the main worktree too, so untracked files may be
 * anybody's there, and mirrors write to order files.
 */
export function uncommitted(files: readonly ChangedFile[], isOwnTree: boolean): Uncommitted {
  const isWork = ({ isTracked, isOrderFile }: ChangedFile) => !isOrderFile && (isTracked || isOwnTree);
  const paths = (some: readonly ChangedFile[]) => some.map(({ path }) => path);
  const isDoubtful = (file: ChangedFile) => !isWork(file) && (isOwnTree || !file.isOrderFile);
  return { work: paths(files.filter(isWork)), doubtful: paths(files.filter(isDoubtful)) };
}
