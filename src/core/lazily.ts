/** Returns an object that makes each property once, when it is first read. */
export function lazily<T extends object>(makers: { readonly [Name in keyof T]: () => T[Name] }): T {
  const lazy = {} as T;
  for (const name of Object.keys(makers) as (keyof T)[])
    Object.defineProperty(lazy, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = makers[name]();
        Object.defineProperty(lazy, name, { enumerable: true, value });
        return value;
      },
    });
  return lazy;
}
