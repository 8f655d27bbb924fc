import { parseOid } from '../core/ids.ts';
import type { Messaged } from '../usecases/guard/commit.ts';
import type { Guarded } from '../usecases/guard/lookout.ts';
import type { Ports } from '../usecases/ports.ts';

/** What a hook answers: its verdict, and a line for the calling script. */
export type Heard = { readonly guarded: Guarded | null; readonly line: string };

/** What each hook's script runs when there is something to say. `input` is what git gave the hook to read. */
export const HOOKS: Readonly<Record<string, (ports: Ports, input: string) => Promise<Heard>>> = {
  'pre-commit': async (ports) => {
    const { guardCommit } = await import('../usecases/guard/commit.ts');
    const { trailers, ...guarded } = await guardCommit(ports);
    return { guarded, line: lineOf(trailers) };
  },
  'prepare-commit-msg': async (ports) => {
    const { guardMessage } = await import('../usecases/guard/commit.ts');
    const { trailers, ...guarded } = await guardMessage(ports);
    return { guarded, line: lineOf(trailers) };
  },
  'post-commit': async (ports) => {
    const { afterCommit } = await import('../usecases/guard/after-commit.ts');
    afterCommit(ports);
    return { guarded: null, line: '' };
  },
  'post-checkout': async (ports) => {
    const { guardCheckout } = await import('../usecases/guard/checkout.ts');
    return { guarded: await guardCheckout(ports), line: '' };
  },
  'pre-push': async (ports, input) => {
    const { guardPush } = await import('../usecases/guard/push.ts');
    const lines = input.split('\n').map((line) => line.split(' '));
    const pushes = lines.flatMap(([, oid = '', ref, , how]) =>
      ref === undefined ? [] : [{ ref, commit: /[1-9a-f]/.test(oid) ? parseOid(oid) : null, isForced: how === 'forced' }],
    );
    return { guarded: await guardPush(ports, pushes), line: '' };
  },
};

/** `<session> <order> ...`, with nothing before the first space if there is no session. */
function lineOf({ session, orders }: Messaged['trailers']): string {
  return [session ?? '', ...orders].join(' ');
}
