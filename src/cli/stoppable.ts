import { setTimeout } from 'node:timers/promises';

/** What a command that lasts asks while it waits. */
export type Stoppable = { readonly sleep: (ms: number) => Promise<void>; readonly isStopped: () => boolean };

/** Lets a signal end the wait of a command that lasts, instead of the process. */
export function stoppable(): Stoppable & { readonly stop: () => void } {
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stopping.abort());
  return {
    stop: () => stopping.abort(),
    sleep: (ms) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
    isStopped: () => signal.aborted,
  };
}
