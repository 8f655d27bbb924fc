/** Asks whether another order was meant than one that nobody knows. */
export function nearMissQuestion(order: string, near: string): string {
  return `${order} is not known here: it has neither a file nor a claim. Did you mean ${near}?`;
}
