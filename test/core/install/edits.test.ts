import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CLAUDE_EDIT } from '../../../src/core/install/claude-settings.ts';
import { AGENTS_EDIT, CONFIG_EDIT } from '../../../src/core/install/edits.ts';
import { readJson } from '../../../src/core/install/json-splice.ts';

/** Any bytes, as Latin-1; line ends of both kinds are frequent in them. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\r', 'text', '[a]\n\tb = c\n', '<!--'),
      fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)) }),
    ),
  )
  .map((parts) => parts.join(''));

test.each([
  ['the configuration', CONFIG_EDIT],
  ['AGENTS.md', AGENTS_EDIT],
])('%s: added twice is added once, and taken out again nothing but perhaps the end of a last line is left', (_, edit) => {
  fc.assert(
    fc.property(bytes, bytes, (text, later) => {
      const added = edit.add(text);
      expect(edit.add(added)).toBe(added);
      const rest = edit.remove(added) ?? '';
      expect([text, `${text}\n`, `${text}\r\n`]).toContain(rest);
      // What somebody wrote behind it since then stays too.
      if (!later.includes('git-claim')) expect(edit.remove(added + later) ?? '').toBe(rest + later);
    }),
  );
});

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('1', '1.0e2', '12345678901234567890', 'true', 'null', '"é\\u00e9\\""', '"[{,"'),
    tie('list'),
    tie('object'),
  ),
  list: fc
    .tuple(fc.array(tie('value'), { maxLength: 3 }), fc.constantFrom('', ' ', '\n  '))
    .map(([values, gap]) => `[${gap}${values.join(`,${gap}`)}${gap}]`),
  object: fc
    .tuple(
      fc.array(fc.tuple(fc.constantFrom('a', 'hooks ', 'model', 'b\\"c'), tie('value')), { maxLength: 3 }),
      fc.constantFrom('', ' ', '\n\t', '\r\n    '),
    )
    .map(([members, gap]) => `{${gap}${members.map(([key, value]) => `"${key}" : ${value}`).join(`,${gap}`)}${gap}}`),
})).object as fc.Arbitrary<string>;

const OTHER_HOOK = '{ "matcher": "startup", "hooks": [{ "type": "command", "command": "echo hi" }] }';

test('the settings of Claude Code keep every byte that is not ours', () => {
  fc.assert(
    fc.property(
      json,
      fc.constantFrom('', '{}', `{"SessionStart": []}`, `{"Stop":[],"SessionStart":\n[${OTHER_HOOK}]}`),
      (root, hooks) => {
        const text = hooks === '' ? root : root.replace('{', `{"hooks": ${hooks}${/^\{\s*\}$/.test(root) ? '' : ', '}`);
        const added = CLAUDE_EDIT.add(text);
        expect(CLAUDE_EDIT.add(added)).toBe(added);
        const settings = JSON.parse(added);
        expect(settings.hooks.SessionStart.at(-1).hooks[0].command).toBe("sh -c 'git claim session start || true'");
        // The longest common beginning and end cover everything that was there.
        let [start, end] = [0, 0];
        while (start < text.length && added[start] === text[start]) start += 1;
        while (end < text.length - start && added.at(-1 - end) === text.at(-1 - end)) end += 1;
        expect(text.slice(start, text.length - end).trim()).toBe('');
        const rest = CLAUDE_EDIT.remove(added);
        const before = JSON.parse(text);
        const isEmpty = (value: unknown) => value !== undefined && Object.keys(value as object).length === 0;
        if (isEmpty(before.hooks?.SessionStart)) delete before.hooks.SessionStart;
        if (isEmpty(before.hooks)) delete before.hooks;
        expect(rest === null ? {} : JSON.parse(rest)).toEqual(before);
      },
    ),
  );
});

test('what it looks like', () => {
  const text = '{\n    "model": "opus",\n    "hooks": {\n        "Stop": []\n    }\n}\n';
  expect(CLAUDE_EDIT.add(text)).toBe(`{
    "model": "opus",
    "hooks": {
        "Stop": [],
        "SessionStart": [
            {
                "hooks": [
                    {
                        "type": "command",
                        "command": "sh -c 'git claim session start || true'",
                        "timeout": 10
                    }
                ]
            }
        ]
    }
}
`);
  expect(CLAUDE_EDIT.remove(CLAUDE_EDIT.add(text))).toBe(text);
  expect(CLAUDE_EDIT.remove('not json')).toBe('not json');
  const beside = `{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"a"},{"type":"command","command":"git claim session start"}]}]}}`;
  expect(CLAUDE_EDIT.add(beside)).toBe(beside);
  expect(CLAUDE_EDIT.remove(beside)).toBe('{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"a"}]}]}}');
});

test('comments and trailing commas, as editors allow them in settings, stay where they are', () => {
  const texts = [
    '// mine\n{\n  "model": "opus", // the big one\n  /* "hooks": {} */\n}\n',
    '{\n  "url": "https://example.org/*x*/", // a // in a string\n  "hooks": {\n    "SessionStart": [], // none yet\n  },\n}\n',
    `{\n  // nothing\n}\n`,
    `{"hooks":{"SessionStart":[${OTHER_HOOK} /* theirs */,]}}`,
  ];
  for (const text of texts) {
    const added = CLAUDE_EDIT.add(text);
    for (const comment of text.match(/\/\/ .*|\/\* .*\*\//g) ?? []) expect(added).toContain(comment);
    expect(readJson(added)).toMatchObject({
      hooks: {
        SessionStart: expect.arrayContaining([expect.objectContaining({ hooks: [expect.objectContaining({ timeout: 10 })] })]),
      },
    });
    expect(CLAUDE_EDIT.add(added)).toBe(added);
  }
  expect(CLAUDE_EDIT.remove(CLAUDE_EDIT.add(texts[0] as string))).toBe(texts[0]);
  expect(CLAUDE_EDIT.remove(CLAUDE_EDIT.add(texts[2] as string))).toBe(texts[2]);
  expect(readJson('{"a": "//", "b": [1, 2, ], /* c */ }')).toEqual({ a: '//', b: [1, 2] });
  expect(readJson('{"a": }')).toBeUndefined();
});

test('the line of an earlier version, which lost its input where that is a here-document, is replaced; one of your own stays', () => {
  const withLine = (command: string) => CLAUDE_EDIT.add('').replace("sh -c 'git claim session start || true'", command);
  expect(CLAUDE_EDIT.add(withLine('git claim session start || true'))).toBe(CLAUDE_EDIT.add(''));
  const own = withLine('git claim session start --linear ENG-7');
  expect(CLAUDE_EDIT.add(own)).toBe(own);
  for (const text of ['git claim session start || true', 'git claim session start'].map(withLine))
    expect(CLAUDE_EDIT.remove(text)).toBeNull();
});
