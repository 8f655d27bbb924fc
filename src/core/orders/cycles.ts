import type { OrderId } from '../ids.ts';
import { isInTheWay, obstacleOf } from './dependencies.ts';
import type { Files, WorkFacts } from './facts.ts';

/**
 * Finds orders that wait for themselves through other orders that are not done. Each circle that a walk along the dependencies
 * meets is named in full. An order that only waits for a circle is not in it.
 *
 * @returns the circle, under each of its orders: `ORDER-1 -> ORDER-2 -> ORDER-1`
 */
export function findCycles(files: Files, facts: WorkFacts): Map<OrderId, string> {
  const cycles = new Map<OrderId, string>();
  const left = new Set<string>();
  const open = new Map<string, Iterator<string>>();
  const next = (id: string) => (files.get(id) ?? []).flatMap(({ dependsOn }) => dependsOn.filter((one) => isOpen(one)));
  const known = { ...facts, files };
  const isOpen = (id: string) => {
    const obstacle = files.has(id) ? obstacleOf(id, known) : null;
    return obstacle !== null && isInTheWay(obstacle);
  };
  for (const start of files.keys()) {
    if (left.has(start) || !isOpen(start)) continue;
    const path: string[] = [];
    const enter = (id: string) => {
      path.push(id);
      open.set(id, next(id)[Symbol.iterator]());
    };
    enter(start);
    // A chain of orders may be longer than any call stack.
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const step = open.get(at)?.next();
      if (step === undefined || step.done === true) {
        left.add(path.pop() as string);
        open.delete(at);
      } else if (open.has(step.value)) {
        if (cycles.has(step.value as OrderId)) continue;
        const circle = path.slice(path.indexOf(step.value));
        const text = shortened([...circle, step.value]);
        for (const id of circle) cycles.set(id as OrderId, text);
      } else if (!left.has(step.value)) enter(step.value);
    }
  }
  return cycles;
}

const SHOWN_MAX = 6;

function shortened(circle: readonly string[]): string {
  const shown = circle.length > SHOWN_MAX ? [...circle.slice(0, SHOWN_MAX - 2), '...', ...circle.slice(-1)] : circle;
  return shown.join(' -> ');
}
