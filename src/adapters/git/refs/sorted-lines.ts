const LINE_BREAK = 10;
const SPACE = 32;
const PEELED = 94;

/** Lines in the order of the refs that they name, which are searched as bytes: most of them nobody asks for. */
export class SortedLines {
  readonly #bytes: Buffer;
  readonly #mark: number;
  #byRef: ReadonlyMap<string, string> | null = null;

  /** @param mark ends the ref, which is the last word before it */
  constructor(bytes: Buffer, mark: '\t' | '\n') {
    this.#bytes = bytes;
    this.#mark = mark.charCodeAt(0);
  }

  /** Returns the line of a ref; null if there is none. */
  find(ref: string): string | null {
    if (this.#byRef !== null) return this.#byRef.get(ref) ?? null;
    let [low, high] = [0, this.#bytes.length];
    while (low < high) {
      const from = this.#lineAt(Math.floor((low + high) / 2), low);
      const name = this.#refAt(from);
      if (name === ref) return this.#bytes.toString('utf8', from, this.#endOf(from));
      if (name < ref) low = this.#after(from);
      else high = from;
    }
    return null;
  }

  /** Has every line found at once from now on: most will be asked for. */
  index(): void {
    const mark = String.fromCharCode(this.#mark);
    const refOf = (line: string) => {
      const end = line.indexOf(mark);
      const listed = end < 0 ? line : line.slice(0, end);
      return listed.slice(listed.lastIndexOf(' ') + 1);
    };
    this.#byRef ??= new Map(this.all().map((line) => [refOf(line), line]));
  }

  /** Returns all lines of refs. */
  all(): readonly string[] {
    const lines = this.#bytes.toString('utf8').split('\n');
    return lines.filter((line) => line !== '' && line.charCodeAt(0) !== PEELED);
  }

  /** Returns where the line of a ref begins that a place is in. What a tag leads to is in the line after it. */
  #lineAt(place: number, low: number): number {
    for (let at = place; ; at -= 1) {
      at = at <= low ? low : Math.max(low, this.#bytes.lastIndexOf(LINE_BREAK, at - 1) + 1);
      if (at === low || this.#bytes[at] !== PEELED) return at;
    }
  }

  #after(from: number): number {
    const next = this.#endOf(from) + 1;
    return this.#bytes[next] === PEELED ? this.#endOf(next) + 1 : next;
  }

  #refAt(from: number): string {
    const end = this.#bytes.indexOf(this.#mark, from);
    const to = end < 0 ? this.#bytes.length : end;
    return this.#bytes.toString('latin1', this.#bytes.lastIndexOf(SPACE, to) + 1, to);
  }

  #endOf(from: number): number {
    const end = this.#bytes.indexOf(LINE_BREAK, from);
    return end < 0 ? this.#bytes.length : end;
  }
}
