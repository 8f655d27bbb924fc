import { ClaimError } from '../../core/errors.ts';
import { parseSaid } from '../../core/session/said.ts';
import { readHookInput } from '../../hooks/agent-input.ts';
import { findingRows } from '../../text/documents/finding.ts';
import { shortFindings } from '../../text/findings.ts';
import { endedText, sessionsText, startedText } from '../../text/sessions.ts';
import { checkAtStart } from '../../usecases/check.ts';
import { endSession, listSessions, startSession } from '../../usecases/session.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';

export const sessionCommand: CommandSpec = {
  name: 'session',
  operands: '[start | end | list]',
  options: [
    ['--title <title>', 'start: what the session is called, as on its tab'],
    ['--linear <issue>', 'start: the Linear issue it works on, which its claims name too'],
    ['--all', 'list: also those that died or ended'],
  ],
  async run(open, operands, options) {
    const [verb = 'list', ...more] = operands;
    const [title, linear, isAll] = [textOf(options, 'title'), textOf(options, 'linear'), options['all'] === true];
    const isNaming = title !== null || linear !== null;
    if (more.length === 0 && verb === 'list' && !isNaming) {
      const list = await listSessions(await open({ isSurveying: true }), isAll);
      return answer({ sessions: list.sessions }, (page) => sessionsText(page, list), list.warnings);
    }
    if (more.length === 0 && verb === 'start' && !isAll) {
      const said = parseSaid(await readHookInput());
      const ports = await open({ isSurveying: true, said });
      const { started, arrival } = await startSession(ports, { title: title ?? said?.title ?? null, linear });
      const { findings, warnings } = await checkAtStart(ports, arrival);
      return answer(
        { sessions: [started.session], findings: findingRows(findings) },
        (page) => [startedText(page, started), ...shortFindings(page, findings)].join('\n'),
        [...started.warnings, ...warnings],
      );
    }
    if (more.length === 0 && verb === 'end' && !isNaming && !isAll) {
      const said = parseSaid(await readHookInput());
      const ended = await endSession(await open({ isSurveying: true, said }));
      return answer({ sessions: [ended.session] }, (page) => endedText(page, ended));
    }
    throw new ClaimError({ code: 'usage', kind: 'session-verb' });
  },
};
