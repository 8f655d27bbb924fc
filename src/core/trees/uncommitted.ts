/** A file that differs from what is committed. */
export type ChangedFile = {
  readonly path: string;
  readonly isTracked: boolean;
  /** It describes work and is none: mirrors write to it. */
  readonly isOrderFile: boolean;
};

export type Uncommitted = {
  /** Work of the order: it must be committed before the order is complete. */
  readonly work: readonly string[];
  /** What may or may not belong to it. */
  readonly doubtful: readonly string[];
};

/**
 * Tells which changed files of a work tree keep its order from being completed. In a tree of its own all of them do, also those git does not know yet. In
 * the main tree, which others use too, unknown files may be anybody's, and order files are what mirrors write to.
 */
export function uncommitted(files: readonly ChangedFile[], isOwnTree: boolean): Uncommitted {
  const isWork = ({ isTracked, isOrderFile }: ChangedFile) => !isOrderFile && (isTracked || isOwnTree);
  const paths = (some: readonly ChangedFile[]) => some.map(({ path }) => path);
  const isDoubtful = (file: ChangedFile) => !isWork(file) && (isOwnTree || !file.isOrderFile);
  return { work: paths(files.filter(isWork)), doubtful: paths(files.filter(isDoubtful)) };
}
