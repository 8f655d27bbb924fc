import type { IdPattern } from '../../core/ids.ts';
import { folderOf } from '../../core/orders/globs.ts';
import type { Repository } from '../git/repository.ts';
import { patternsOf } from './patterns.ts';

/** What the patterns of order files decide, wherever the files are read. */
export abstract class GlobbedOrders {
  protected readonly repository: Repository;
  protected readonly globs: readonly string[];
  protected readonly idPattern: IdPattern;

  /** @param globs the values of `claim.orders` */
  constructor(repository: Repository, globs: readonly string[], idPattern: IdPattern) {
    this.repository = repository;
    this.globs = globs;
    this.idPattern = idPattern;
  }

  get folder(): string {
    return folderOf(this.globs[0] as string);
  }

  async orderFilesAmong(paths: readonly string[]): Promise<ReadonlySet<string>> {
    const patterns = await patternsOf(this.globs);
    return new Set(paths.filter((path) => patterns.some(({ matches }) => matches(path))));
  }

  async readTexts(texts: ReadonlyMap<string, string>) {
    const { readTexts } = await import('./read-texts.ts');
    return readTexts(this.globs, this.idPattern, texts);
  }

  async names(): Promise<readonly string[]> {
    const { namesEverywhere } = await import('./names-everywhere.ts');
    return namesEverywhere(this.repository, this.globs.map(folderOf));
  }
}
