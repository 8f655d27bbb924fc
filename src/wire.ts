import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askedAhead } from './adapters/git/ahead.ts';
import { hasOwnLease, leaseTermsOf, pathTtlOf, patienceOf } from './adapters/git/durations.ts';
import { GitBranches } from './adapters/git/history/branches.ts';
import { GitChanges } from './adapters/git/history/changes.ts';
import { GitCommits } from './adapters/git/history/commits.ts';
import { isAstray } from './adapters/git/install/astray.ts';
import { type Git, gitIn, isPlainFor } from './adapters/git/process.ts';
import { GitRegistry, surveyEarly } from './adapters/git/refs/claim-refs.ts';
import { GitPathRegistry } from './adapters/git/refs/path-refs.ts';
import type { Mutex } from './adapters/git/refs/stale-locks.ts';
import { tagger } from './adapters/git/refs/tagger.ts';
import { isPlainly, openRepository, type Repository } from './adapters/git/repository.ts';
import { GitBindings } from './adapters/git/trees/bindings.ts';
import { GitTreeNotes } from './adapters/git/trees/notes.ts';
import { GitTreeSetup } from './adapters/git/trees/setup.ts';
import { GitWorktrees } from './adapters/git/trees/worktrees.ts';
import { mirrorsOf } from './adapters/mirrors/front-matter.ts';
import { openOrders, readyAtOf } from './adapters/orders/open-orders.ts';
import { loadDriver } from './adapters/sqlite/driver.ts';
import { SqliteLeaseCache } from './adapters/sqlite/lease-cache.ts';
import { withMutex } from './adapters/sqlite/locks.ts';
import { systemClock } from './adapters/system/clock.ts';
import { DetachedHelper } from './adapters/system/heartbeat-helper.ts';
import { SystemPrograms } from './adapters/system/held-program.ts';
import { configuredIdPattern } from './adapters/system/id-pattern.ts';
import { systemProcessTable } from './adapters/system/process-table.ts';
import { DEFAULT_REF_PREFIX, parseRefPrefix } from './core/claim/refs.ts';
import { DEFAULT_MODE, parseMode, parseRuleMode, type Rule, type RuleMode } from './core/guard/mode.ts';
import { DEFAULT_ID_PATTERN } from './core/ids.ts';
import { oneLine } from './core/line.ts';
import { pathRefPrefix } from './core/paths/refs.ts';
import { HELPED_LEASE } from './core/record/lease.ts';
import { remembered } from './core/remembered.ts';
import type { Anchor } from './core/session/anchor.ts';
import { agentOfKey } from './core/session/key.ts';
import { sightOf } from './core/session/life.ts';
import type { Said } from './core/session/said.ts';
import { parseDurationMs } from './core/time.ts';
import { DEFAULT_WORKTREES, repoName } from './core/trees/worktree-path.ts';
import type { ProcessTable } from './ports/process-table.ts';
import { identifyCaller } from './usecases/caller/identify.ts';
import type { Ports } from './usecases/ports.ts';

/** Who calls, and from where. */
export type WireRequest = {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** `--session`. */
  readonly session: string | null;
  /** `--anchor`. */
  readonly anchor: string | null;
  /** Told what goes on while an answer takes its time. */
  readonly narrate?: (line: string) => void;
  /** The descriptor from which to read what git was asked before Node started; null where it was asked nothing. */
  readonly ahead?: number | null;
  /** This process is the command's own: it may be blocked, and what it was started with may be closed. */
  readonly isOwnProcess?: boolean;
  /** It will survey all claims: that may begin while the repository is still being looked for. */
  readonly isSurveying: boolean;
  /** What an agent said of itself, where it did. */
  readonly said?: Said | null;
};

export type Wired = Ports & {
  /** Whether init was run here, and what it put in place has been displaced since. */
  readonly isAstray: boolean;
  close(): void;
};

/**
 * Builds the ports for the repository a caller is in. Each adapter is made when it is first used.
 *
 * @throws ClaimError `no-repo`, `git`, or `usage` for a broken configuration
 */
export async function wire(caller: WireRequest): Promise<Wired> {
  const ahead = typeof caller.ahead === 'number' && isPlainFor(caller.env) ? askedAhead(caller.ahead) : null;
  const asked = (git: Git) => ahead?.lend(git) ?? git;
  const git = asked(gitIn(caller.cwd, caller.env));
  const isEarly = caller.isSurveying && isPlainly(caller.env);
  const early = isEarly ? (ahead?.survey ?? surveyEarly(git, DEFAULT_REF_PREFIX)) : null;
  const opening = openRepository(caller.cwd, caller.env, git, caller.isOwnProcess);
  // Every command needs it, and git is still looking for the repository.
  loadDriver();
  const repository = await opening.then((opened) => ({ ...opened, git: asked(opened.git) }));
  const processes = systemProcessTable();
  const { config, commonDir, mainDir, topLevel } = repository;
  const locked = <T>(section: () => Promise<T>) => withMutex(commonDir, section);
  const mutex: Mutex = async (section) => {
    const outcome = await withMutex(commonDir, section);
    return outcome.kind === 'ran' ? null : outcome.why;
  };
  const bindings = new GitBindings(repository);
  const self = () => anchorOfSelf(processes);
  const prefix = parseRefPrefix(config.get('claim.refprefix') ?? DEFAULT_REF_PREFIX);
  const ownPattern = config.get('claim.idpattern');
  const idPattern = ownPattern === null ? DEFAULT_ID_PATTERN : configuredIdPattern(ownPattern);
  const historyKeepMs = parseDurationMs(config.get('claim.historykeep') ?? '7d', 'claim.historyKeep');
  const cache = once(() => new SqliteLeaseCache(commonDir, historyKeepMs));
  const registry = once(() => new GitRegistry(repository, prefix, () => tagger(repository, caller.env), mutex, early));
  const paths = once(() => new GitPathRegistry(repository, pathRefPrefix(prefix), mutex));
  const branches = once(() => new GitBranches(repository, mutex));
  const worktrees = once(() => new GitWorktrees(repository, mutex, ({ maker }) => maker !== null && isAlive(processes, maker)));
  const isRunning = (anchor: Anchor) => isAlive(processes, anchor) === true;
  const setup = once(() => new GitTreeSetup(repository, { env: caller.env, mutex, self: self(), isAlive: isRunning }));
  const orders = once(() => openOrders(repository, branches, idPattern));
  const mirrors = once(() => mirrorsOf(repository, orders, cache));
  const identified = once(() =>
    identifyCaller(
      {
        pid: process.pid,
        environment: caller.env,
        named: caller.session,
        anchor: caller.anchor,
        said: caller.said ?? null,
        bound: bindings.read(null).map(({ key }) => ({ key, agent: agentOfKey(key) })),
      },
      processes,
    ),
  );
  const notes = once(() => new GitTreeNotes(repository));
  const changes = once(() => new GitChanges(repository, caller.env));
  const patience = once(() => patienceOf(config));
  const lease = once(() => leaseTermsOf(config));
  const helpedLease = once(() => (hasOwnLease(config) ? lease() : HELPED_LEASE));
  const helper = once(() => new DetachedHelper(commonDir, prefix, caller, processes, helpedLease().beatMs));
  return {
    bindings,
    processes,
    seenHere: new Map(),
    clock: systemClock,
    get registry() {
      return registry();
    },
    get paths() {
      return paths();
    },
    get branches() {
      return branches();
    },
    get commits() {
      return new GitCommits(repository, branches(), prefix);
    },
    get worktrees() {
      return worktrees();
    },
    get mirrors() {
      return mirrors();
    },
    get programs() {
      return new SystemPrograms(caller.env, processes);
    },
    get setup() {
      return setup();
    },
    get notes() {
      return notes();
    },
    get changes() {
      return changes();
    },
    get cache() {
      return cache();
    },
    get helper() {
      return helper();
    },
    get orders() {
      return orders();
    },
    host: async () => new (await import('./adapters/git/host.ts')).GitHost(repository, mutex),
    installation: async () => (await import('./adapters/git/install/open.ts')).openInstallation(repository, locked, caller.env),
    isAstray: isAstray(repository),
    settings: {
      idPattern,
      color: config.get('color.ui'),
      sensitive: config.all('claim.sensitive'),
      worktrees: config.get('claim.worktrees') ?? DEFAULT_WORKTREES,
      get lease() {
        return lease();
      },
      get helpedLease() {
        return helpedLease();
      },
      get patience() {
        return patience();
      },
      ruleMode: (rule) => ruleModeOf(repository, rule),
      bypass: oneLine(caller.env[BYPASS_VARIABLE] ?? '') || null,
      get readyAt() {
        return readyAtOf(config);
      },
      get pathTtlMs() {
        return pathTtlOf(config);
      },
    },
    places: {
      mainDir,
      topLevel,
      repo: repoName(commonDir.split(sep)),
      absolute: remembered((path) => resolve(mainDir, path)),
      relative: (path) => relativeTo(mainDir, path),
      isThere: existsSync,
      typedPath: async (text) => (await import('./adapters/git/trees/typed-path.ts')).typedPath(repository, caller.cwd, text),
    },
    self,
    identify: identified,
    narrate: (line) => caller.narrate?.(line),
    sleep: (ms) => sleep(ms),
    nonces: async (count) => Array.from({ length: count }, () => randomBytes(16).toString('hex')),
    close: () => cache().close(),
  };
}

/** A record's path has `/` whatever the system's separator is; the main work tree itself is `.`. */
function relativeTo(mainDir: string, path: string): string {
  return relative(mainDir, path).split(sep).join('/') || '.';
}

function anchorOfSelf(processes: ProcessTable): Anchor | null {
  const own = processes.find(process.pid);
  return typeof own === 'string' ? null : { pid: own.pid, start: own.start, ns: processes.ns };
}

/** Whether the process an anchor names lives; null when that cannot be told from here. */
function isAlive(processes: ProcessTable, anchor: Anchor): boolean | null {
  const { life } = sightOf({ anchor, host: processes.host, boot: processes.boot }, processes);
  return life.kind === 'unknown' ? null : life.kind === 'alive';
}

/** Says why a person wants no hook to refuse, this once. */
const BYPASS_VARIABLE = 'GIT_CLAIM_BYPASS';

function ruleModeOf({ config }: Repository, rule: Rule): RuleMode {
  const own = config.get(`claim.rule.${rule}`);
  return own === null ? parseMode(config.get('claim.mode') ?? DEFAULT_MODE) : parseRuleMode(rule, own);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
