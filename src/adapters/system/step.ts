export function step(_label: string): void {}
