import { has, type Is, isListOf, isNumber, isText, orNull } from '../shape.ts';

/** Records share holders and leases, so each is looked at once. */
function once(is: Is): Is {
  const right = new WeakSet<object>();
  return (value) => {
    const isRight = right.has(value as object) || is(value);
    if (isRight) right.add(value as object);
    return isRight;
  };
}

/** Returns whether a value has the shape of a holder. */
export const isHolderShaped = once(
  has({
    key: isText,
    id: isText,
    agent: orNull(isText),
    host: isText,
    boot: orNull(isText),
    anchor: orNull(has({ pid: isNumber, start: isText, ns: isText })),
    person: orNull(has({ uid: isNumber, terminal: isText, name: isText })),
    clone: orNull(isText),
  }),
);

const isLease = once(has({ beatMs: isNumber, staleMs: isNumber, expireMs: isNumber, graceMs: isNumber }));

const KEPT = {
  nonce: isText,
  holder: isHolderShaped,
  lease: isLease,
  remoteLease: orNull(isLease),
  challenge: orNull(has({ by: isText, nonce: isText })),
  takenFrom: orNull(isText),
  claimedAt: isText,
  recordedAt: isText,
  note: orNull(isText),
  action: isText,
};

/** Returns whether a value has the shape of an order's record. */
export const isClaimShaped = has({
  ...KEPT,
  order: isText,
  state: isText,
  generation: isNumber,
  worktree: orNull(isText),
  branch: orNull(isText),
  base: orNull(isText),
  tip: orNull(isText),
  paths: isListOf(isText),
  linear: orNull(isText),
});

/** Returns whether a value has the shape of a path's record. */
export const isPathShaped = has({ ...KEPT, path: isText, order: orNull(isText) });
