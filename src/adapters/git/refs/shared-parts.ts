/** The fields whose values many records have in common: whoever holds one claim holds others, on the same terms. */
const SHARED: ReadonlySet<string> = new Set(['holder', 'lease', 'remoteLease']);

/** What the records of a snapshot share: the names of their fields, and the values of some. */
export class SharedParts {
  readonly #texts: string[];
  readonly #parts: unknown[] = [];
  readonly #places = new Map<string, number>();

  /** @param text what {@link SharedParts.text} returned */
  constructor(text: string | undefined) {
    this.#texts = text === undefined ? [] : (JSON.parse(text) as string[]);
    for (const [place, part] of this.#texts.entries()) this.#places.set(part, place);
  }

  text(): string {
    return JSON.stringify(this.#texts);
  }

  /** Returns an object as values: the place of its fields' names, then the values, or the places of those that are shared. */
  split(whole: object): unknown[] {
    const values = Object.entries(whole).map(([name, value]) => (SHARED.has(name) ? this.#placeOf(value) : value));
    return [this.#placeOf(Object.keys(whole)), ...values];
  }

  /** Puts an object together again. */
  join([names, ...values]: readonly unknown[]): object {
    const whole: Record<string, unknown> = {};
    let at = 0;
    for (const name of this.#part(names as number) as string[]) {
      const value = values[at];
      whole[name] = SHARED.has(name) ? this.#part(value as number) : value;
      at += 1;
    }
    return whole;
  }

  #placeOf(part: unknown): number {
    const text = JSON.stringify(part);
    const place = this.#places.get(text) ?? this.#texts.push(text) - 1;
    this.#places.set(text, place);
    return place;
  }

  #part(place: number): unknown {
    this.#parts[place] ??= JSON.parse(this.#texts[place] as string);
    return this.#parts[place];
  }
}
