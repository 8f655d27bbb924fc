import { fitted } from '../core/columns.ts';
import { visible } from '../core/line.ts';
import { type Page, wrapped } from '../text/page.ts';
import { progressLine } from '../text/setup.ts';
import type { Ports, Progress } from '../usecases/ports.ts';
import { draw, warn } from './streams.ts';

/** Tells somebody who waits what is being done: in lines that stay, and at a terminal in one that comes and goes. */
export class Narration {
  readonly #page: () => Page;
  readonly #isJson: boolean;
  #isShown = false;

  constructor(page: () => Page, isJson: boolean) {
    this.#page = page;
    this.#isJson = isJson;
  }

  readonly tell = (progress: Progress): void => {
    this.clear();
    warn(wrapped(this.#page(), visible(progressLine(progress))));
  };

  /** Returns how progress is shown for the moment; null unless a person reads at a terminal that can take it back. */
  readonly watch = (): Ports['watch'] => {
    if (this.#isJson || process.env['TERM'] === 'dumb' || this.#page().width === null) return null;
    return (progress) => {
      const line = visible(progressLine(progress));
      // A line that fills the terminal would not be taken back as a whole.
      draw(`\r${fitted(line, Math.max(1, (this.#page().width ?? 80) - 1))}\x1b[K`);
      this.#isShown = true;
    };
  };

  clear(): void {
    if (this.#isShown) draw('\r\x1b[K');
    this.#isShown = false;
  }
}
