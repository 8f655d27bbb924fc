import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS, INNER_COMMANDS } from '../../src/cli/commands.ts';
import { PACKAGE } from '../support/sandbox.ts';

const { BUNDLE } = createRequire(import.meta.url)(join(PACKAGE, 'bin/start.cjs')) as { readonly BUNDLE: string };

/** The layer that `git claim`, `status` and `list` load. */
const LOOK = textsOfLayers()[0] as string;

/** A tenth more than today; code that comes near it belongs in a module that these commands do not use. */
const MOST_BYTES = 258_000;

test('an overview loads the commands it is for, and no other', () => {
  const names = [...Object.keys(COMMANDS), ...Object.keys(INNER_COMMANDS).map((name) => `inner/${name}`)];
  const elsewhere = names.filter((name) => /layer\([1-9]\)/.test(loadOf(`src/cli/commands/${name}.ts`)));
  expect(names.filter((name) => !elsewhere.includes(name))).toEqual(['status', 'list']);
});

test('what an overview does not use is asked of another layer when it is used, whoever imports it', () => {
  for (const path of [
    'src/cli/parse.ts',
    'src/cli/help.ts',
    'src/text/failures/failure.ts',
    'src/usecases/ownership/carry-out.ts',
    'src/usecases/init.ts',
    'src/adapters/git/trees/setup.ts',
  ])
    expect([path, loadOf(path)]).toEqual([path, expect.stringMatching(/^layer\([1-9]\)/)]);
});

test('an overview loads no parser of options, YAML or patterns', () => {
  for (const word of ['CommanderError', 'YAMLException', 'POSIX_REGEX_SOURCE', 'ignorecase']) {
    expect([word, LOOK.includes(word)]).toEqual([word, false]);
    expect([word, readFileSync(BUNDLE, 'latin1').includes(word)]).toEqual([word, true]);
  }
  expect(LOOK.length).toBeLessThan(MOST_BYTES);
});

function textsOfLayers(): string[] {
  const text = readFileSync(BUNDLE, 'latin1');
  const lengths =
    text
      .trimEnd()
      .split('\n')
      .at(-1)
      ?.match(/(?<=:)\d+/g)
      ?.map(Number) ?? [];
  return lengths.map((length, at) => {
    const from = lengths.slice(0, at).reduce((sum, one) => sum + one, 0);
    return text.slice(from, from + length);
  });
}

/** How the first layer asks for a module of another one. */
function loadOf(path: string): string {
  return LOOK.match(new RegExp(`layer\\(\\d+\\)\\["${path.replaceAll('.', '\\.')}"\\]`))?.[0] ?? 'its own';
}
