export interface Pager {
  /** Shows a text in the pager that git would use, and waits for its end; returns false if there is none. */
  show(text: string): Promise<boolean>;
}
