/** What the records of a snapshot have in common: whoever holds one claim holds others, on the same terms. */
export class SharedParts {
  readonly #texts: string[];
  readonly #parts: unknown[] = [];
  #places: Map<string, number> | null = null;

  /** Returns null for what {@link SharedParts.text} never returned. */
  static from(text: string | undefined): SharedParts | null {
    try {
      const texts: unknown = JSON.parse(text ?? '[]');
      const isRight = Array.isArray(texts) && texts.every((part) => typeof part === 'string');
      return isRight ? new SharedParts(texts) : null;
    } catch {
      return null;
    }
  }

  constructor(texts: string[] = []) {
    this.#texts = texts;
  }

  text(): string {
    return JSON.stringify(this.#texts);
  }

  /** Returns the place of a part, which is added if it is new. */
  placeOf(part: unknown): number {
    this.#places ??= new Map(this.#texts.map((text, place) => [text, place]));
    const text = JSON.stringify(part);
    const place = this.#places.get(text) ?? this.#texts.push(text) - 1;
    this.#places.set(text, place);
    return place;
  }

  /** Returns the part at a place, the same object each time. Throws, or returns something else, if there is none. */
  part(place: number): unknown {
    this.#parts[place] ??= JSON.parse(this.#texts[place] as string);
    return this.#parts[place];
  }
}
