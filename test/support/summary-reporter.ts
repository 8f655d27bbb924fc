import { DefaultReporter, type TestCase } from 'vitest/node';
import { processesAtHome } from './processes-at-home.ts';

type RunEnd = Parameters<DefaultReporter['onTestRunEnd']>;

/**
 * Vitest's own report; then every skipped test with its reason; then each process of a sandbox that still lives, which is a
 * failure; and as the very last line `N passed, N failed, N skipped`.
 */
export class SummaryReporter extends DefaultReporter {
  override onTestRunEnd(...[modules, errors, reason]: RunEnd): void {
    super.onTestRunEnd(modules, errors, reason);
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (...states: string[]) => tests.filter((test) => states.includes(test.result().state));

    const skipped = inState('skipped', 'pending');
    for (const test of skipped) this.log(`skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${reasonOf(test)}`);
    const nothingRan = modules.length === 0 ? 1 : 0;
    const leftBehind = processesAtHome(String(this.ctx.getRootProject().getProvidedContext().sandboxes));
    for (const one of leftBehind) this.log(`left behind by a test: process ${one}`);
    if (leftBehind.length > 0) process.exitCode = 1;
    const failed = inState('failed').length + brokenSuites(modules) + errors.length + nothingRan + leftBehind.length;
    this.log(`${inState('passed').length} passed, ${failed} failed, ${skipped.length} skipped`);
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  if (result.state === 'skipped' && result.note !== undefined) return result.note;
  return result.state === 'pending' ? 'it never ran' : 'no reason given';
}

/** A file that cannot be loaded, or whose hooks fail, has no failed test to count. */
function brokenSuites(modules: RunEnd[0]): number {
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  return suites.filter((suite) => suite.errors().length > 0).length;
}
