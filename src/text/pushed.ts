import type { PushedOrders } from '../usecases/push.ts';
import { detail, type Page, paint, shown } from './page.ts';

/** Says what was published, and how sure it is that nobody else had the claim by then. */
export function pushedText(page: Page, { claims }: PushedOrders): string {
  return claims
    .flatMap(({ view, pushed }) => {
      const { branch, remote, commit, isFenced } = pushed;
      const order = shown(view.order);
      return [
        paint(
          page,
          'green',
          `${order}: ${shown(branch)} is at ${commit.slice(0, 7)} on ${shown(remote)}, and the order is yours`,
        ),
        ...(isFenced ? [] : [detail(page, 'note', UNFENCED)]),
        detail(page, 'next', `git claim complete --push ${order}, when its work is done`),
      ];
    })
    .join('\n');
}

const UNFENCED = 'claims are not in that repository: the claim was renewed first, and the branch moved after it';
