/** A string or template of a source; what a template puts in stands as `…`. */
export type Literal = {
  readonly text: string;
  /** Where it begins in the source. */
  readonly at: number;
  /** The functions and classes in whose arguments it is, outermost first. */
  readonly callees: readonly string[];
};

/** Returns the strings and templates of a TypeScript source, in the order they end. Comments and patterns have none. */
export function literalsIn(source: string): Literal[] {
  return new Reader(source).literals();
}

class Reader {
  readonly #source: string;
  readonly #found: Literal[] = [];
  /** The callee of each bracket that is open; empty where there is none. */
  readonly #open: string[] = [];
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  literals(): Literal[] {
    this.#code(null);
    return this.#found;
  }

  /** Reads code to its end, or to the brace that closes what a template puts in. */
  #code(end: '}' | null): void {
    const depth = this.#open.length;
    while (this.#at < this.#source.length) {
      const char = this.#source[this.#at] as string;
      const two = this.#source.slice(this.#at, this.#at + 2);
      if (char === end && this.#open.length === depth) return;
      if (two === '//') this.#skip(/\n|$/g);
      else if (two === '/*') this.#skip(/\*\//g);
      else if (char === '/' && this.#mayBePattern()) this.#skip(/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[\n])+\/[a-z]*/gy, 1);
      else if (char === "'" || char === '"') this.#quoted(char);
      else if (char === '`') this.#template();
      else {
        if ('([{'.includes(char)) this.#open.push(this.#callee());
        if (')]}'.includes(char)) this.#open.pop();
        this.#at += 1;
      }
    }
  }

  #quoted(quote: string): void {
    const start = this.#at;
    this.#skip(quote === "'" ? /(?:\\.|[^'\\])*'/gy : /(?:\\.|[^"\\])*"/gy, 1);
    this.#note(this.#source.slice(start + 1, this.#at - 1), start);
  }

  #template(): void {
    const start = this.#at;
    let text = '';
    for (this.#at += 1; this.#source[this.#at] !== '`'; ) {
      const isPlaceholder = this.#source.startsWith('${', this.#at);
      if (isPlaceholder) {
        this.#at += 2;
        this.#code('}');
        text += '…';
        this.#at += 1;
      } else {
        const length = this.#source[this.#at] === '\\' ? 2 : 1;
        text += this.#source.slice(this.#at, this.#at + length);
        this.#at += length;
      }
    }
    this.#at += 1;
    this.#note(text, start);
  }

  #note(text: string, start: number): void {
    this.#found.push({ text, at: start, callees: this.#open.filter((callee) => callee !== '') });
  }

  #skip(to: RegExp, from = 0): void {
    to.lastIndex = this.#at + from;
    if (to.exec(this.#source) === null) throw new Error(`nothing ends what begins at ${this.#at}`);
    this.#at = to.lastIndex;
  }

  #callee(): string {
    return /([\w$]+)(?:<[^<>()]*>)?$/.exec(this.#source.slice(Math.max(0, this.#at - 200), this.#at))?.[1] ?? '';
  }

  /** A slash that does not follow a value begins a regular expression. */
  #mayBePattern(): boolean {
    const before = this.#source.slice(Math.max(0, this.#at - 100), this.#at).trimEnd();
    return !/[\w$)\]}'"`]$/.test(before) || /\b(?:return|typeof|case)$/.test(before);
  }
}
