import { has, isListOf, isNumber, isText, orNull } from '../shape.ts';

/** Returns whether a value has the shape of an order. */
export const isOrderShaped = has({
  id: isText,
  spelling: isText,
  title: orNull(isText),
  status: orNull(isText),
  statusWord: orNull(isText),
  priority: orNull(isNumber),
  labels: isListOf(isText),
  dependsOn: isListOf(isText),
  paths: isListOf(isText),
  linear: orNull(isText),
  createdMs: orNull(isNumber),
  file: isText,
});
