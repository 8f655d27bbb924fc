import type { Mode } from '../guard/mode.ts';
import { FILTER } from './attributes.ts';
import { UNINCLUDE } from './edits.ts';
import { configName, hooksOf, type OwnHook } from './hooks.ts';
import type { Package } from './package.ts';
import { formatHooksSetting, type HooksSetting } from './route.ts';
import { configCommand } from './shim.ts';

/**
 * Returns our own configuration file: where git-claim is, how its hooks get into git, and the
 * settings for that if the route needs any.
 *
 * @param mode of the hooks that are needed
 * @param ownFolder our folder of hooks
 * @param script of the clean filter, as the package has it
 */
export function configText(said: HooksSetting, mode: Mode, where: Package, ownFolder: string, script: string): string {
  const sections = [
    '# Written by git claim init.',
    '[claim]',
    setting('program', programOf(where)),
    setting('node', where.node),
    setting('hooks', formatHooksSetting(said)),
    ...filterSection(script),
    ...(said.kind === 'path' ? ['[core]', setting('hooksPath', ownFolder)] : []),
    ...(said.kind === 'config' ? hooksOf(mode).flatMap((hook) => hookSection(hook, where)) : []),
  ];
  return `${sections.join('\n')}\n`;
}

/** Returns the same file if it only lets order files show claims. */
export function filterAloneText(script: string): string {
  return `${['# Written by git claim.', ...filterSection(script)].join('\n')}\n`;
}

/**
 * Git puts the path of the file in the place of `%f`. The whole script is in the configuration: if the package is gone, git must
 * still not be given the lines of claims.
 */
function filterSection(script: string): string[] {
  const commands = script.split('\n').map((line) => line.trim());
  const plain = commands.filter((line) => line !== '' && !line.startsWith('#')).join('\n');
  return [`[filter "${FILTER}"]`, setting('clean', `file=%f\n${plain.replaceAll('%', '%%')}`)];
}

/** Returns the executable of a package. */
function programOf({ githooks }: Package): string {
  return `${githooks.slice(0, githooks.lastIndexOf('/'))}/bin/git-claim`;
}

function hookSection(hook: OwnHook, where: Package): string[] {
  return [
    `[hook "${configName(hook)}"]`,
    setting('event', hook),
    setting('command', configCommand(hook, where, UNINCLUDE)),
    setting('enabled', 'true'),
  ];
}

function setting(key: string, value: string): string {
  const escaped = value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return `\t${key} = "${escaped}"`;
}
