import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { askedAhead } from './adapters/git/ahead/answers.ts';
import * as durations from './adapters/git/durations.ts';
import { GitBranches } from './adapters/git/history/branches.ts';
import { GitChanges } from './adapters/git/history/changes.ts';
import { GitCommits } from './adapters/git/history/commits.ts';
import { clearLeftLocks } from './adapters/git/index-file.ts';
import { isAstray } from './adapters/git/install/astray.ts';
import { ruleModeOf } from './adapters/git/install/configured-gate.ts';
import { type Notices, noticesHere } from './adapters/git/install/notices.ts';
import { issuesOf } from './adapters/git/issues.ts';
import { type Git, gitIn, isPlainFor } from './adapters/git/process.ts';
import { GitRegistry } from './adapters/git/refs/claim-refs.ts';
import { surveyEarly } from './adapters/git/refs/early-survey.ts';
import { GitFinishedWork } from './adapters/git/refs/finished-work.ts';
import { GitKeptRows } from './adapters/git/refs/kept-rows.ts';
import { GitPathRegistry } from './adapters/git/refs/path-refs.ts';
import type { Mutex } from './adapters/git/refs/stale-locks.ts';
import { tagger } from './adapters/git/refs/tagger.ts';
import { takeTurn } from './adapters/git/refs/turns.ts';
import { isPlainly, openRepository } from './adapters/git/repository.ts';
import { GitBindings } from './adapters/git/trees/bindings.ts';
import { GitGuardedRefs } from './adapters/git/trees/guarded-refs.ts';
import { GitKeptWork } from './adapters/git/trees/kept-work.ts';
import { GitTreeNotes } from './adapters/git/trees/notes.ts';
import { placesIn } from './adapters/git/trees/places.ts';
import { GitTreeSetup } from './adapters/git/trees/setup.ts';
import { GitWorktrees } from './adapters/git/trees/worktrees.ts';
import { MemoryRemoteSightings } from './adapters/memory/remote-sightings.ts';
import { mirrorsOf } from './adapters/mirrors/front-matter.ts';
import { openOrders, readyAtOf } from './adapters/orders/open-orders.ts';
import { SqliteCache } from './adapters/sqlite/cache.ts';
import { loadDriver } from './adapters/sqlite/driver.ts';
import { SqliteEventLog } from './adapters/sqlite/event-log.ts';
import { SqliteFreeOrders } from './adapters/sqlite/free-orders.ts';
import { withMutex } from './adapters/sqlite/locks.ts';
import { SqliteLosses } from './adapters/sqlite/losses.ts';
import { SqliteOutbox } from './adapters/sqlite/outbox.ts';
import { SqlitePresence } from './adapters/sqlite/presence.ts';
import { SqliteRefMemory } from './adapters/sqlite/ref-memory.ts';
import { SqliteSightings } from './adapters/sqlite/sightings.ts';
import { anchorOfSelf, isAlive } from './adapters/system/anchors.ts';
import { systemClock } from './adapters/system/clock.ts';
import { DetachedHelper } from './adapters/system/heartbeat-helper.ts';
import { SystemPrograms } from './adapters/system/held-program.ts';
import { configuredIdPattern } from './adapters/system/id-pattern.ts';
import { SystemPager } from './adapters/system/pager.ts';
import { systemProcessTable } from './adapters/system/process-table.ts';
import { userOf } from './adapters/system/user.ts';
import { claimRef, DEFAULT_REF_PREFIX, parseRefPrefix } from './core/claim/refs.ts';
import { DEFAULT_ID_PATTERN, type IdPattern } from './core/ids.ts';
import { lazily } from './core/lazily.ts';
import { oneLine } from './core/line.ts';
import { pathRefPrefix } from './core/paths/refs.ts';
import { HELPED_LEASE } from './core/record/lease.ts';
import { agentOfKey } from './core/session/key.ts';
import type { Said } from './core/session/said.ts';
import { sandboxIn } from './core/session/sandbox.ts';
import { parseDurationMs } from './core/time.ts';
import { DEFAULT_BRANCH } from './core/trees/branch-name.ts';
import { DEFAULT_WORKTREES } from './core/trees/worktree-path.ts';
import { identifyCaller } from './usecases/caller/identify.ts';
import type { Ports } from './usecases/ports.ts';

/** The caller and where it calls from. */
export type WireRequest = {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** `--session`. */
  readonly session: string | null;
  /** `--anchor`. */
  readonly anchor: string | null;
  /** Called with what is being done while the caller waits. */
  readonly narrate?: Ports['narrate'];
  readonly watch?: () => Ports['watch'];
  /** The descriptor from which to read git's answers to what was asked before Node started; null if nothing was asked. */
  readonly ahead?: number | null;
  /** Whether this process is the command's own. Then adapters may block it, and may close the descriptors it was started with. */
  readonly isOwnProcess?: boolean;
  /** Whether the caller will survey all claims. Then the survey may begin while git is still looking for the repository. */
  readonly isSurveying: boolean;
  /** Whether to go on without the remote through which claims are shared. */
  readonly isOffline?: boolean;
  /** What an agent said about itself. */
  readonly said?: Said | null;
};

export type Wired = Ports & {
  readonly clearLeftLocks: () => void;
  /** Whether something displaced what `git claim init` installed here. */
  readonly isAstray: boolean;
  /** What each command that people type says of this clone and worktree. */
  readonly notices: Notices;
};

/**
 * Builds the ports for the repository that the caller is in. Each adapter is made when it is first used.
 *
 * @throws ClaimError `no-repo`, `git`, or `usage` for a broken configuration
 */
export async function wire(caller: WireRequest): Promise<Wired> {
  const { env } = caller;
  const ahead = typeof caller.ahead === 'number' && isPlainFor(env) ? askedAhead(caller.ahead) : null;
  const asked = (git: Git) => ahead?.lend(git) ?? git;
  const git = asked(gitIn(caller.cwd, env));
  const isEarly = caller.isSurveying && isPlainly(env);
  const early = isEarly ? (ahead?.survey ?? surveyEarly(git, caller.cwd, DEFAULT_REF_PREFIX)) : null;
  const opening = openRepository(caller.cwd, env, git, caller.isOwnProcess);
  // Every command needs it, and git is still busy looking for the repository.
  loadDriver();
  const repository = await opening.then((opened) => ({ ...opened, git: asked(opened.git) }));
  const { config, commonDir } = repository;
  const remote = config.get('claim.remote');
  const locked = <T>(section: () => Promise<T>) => withMutex(commonDir, section);
  const mutex: Mutex = async (section) => {
    const outcome = await withMutex(commonDir, section);
    return outcome.kind === 'ran' ? null : outcome.trouble.said;
  };
  const prefix = parseRefPrefix(config.get('claim.refprefix') ?? DEFAULT_REF_PREFIX);
  const ownPattern = config.get('claim.idpattern');
  const { source, matches } = ownPattern === null ? DEFAULT_ID_PATTERN : configuredIdPattern(ownPattern);
  const idPattern: IdPattern = {
    source,
    matches,
    get issues() {
      return issuesOf(config);
    },
  };
  const cache = new SqliteCache(commonDir, parseDurationMs(config.get('claim.historykeep') ?? '7d', 'claim.historyKeep'));
  const outbox = new SqliteOutbox(cache);
  // What was asked early is older than what the remote says, once it is read.
  const surveyed = remote === null ? early : null;
  const contacts = { repository, env, mutex, cwd: caller.cwd, isOffline: caller.isOffline === true, narrate: caller.narrate };
  const shared = remote === null ? null : (await import('./adapters/git/remote/open.ts')).sharedThrough(remote, prefix, contacts);
  const heard = remote === null ? null : await import('./adapters/sqlite/remote-sightings.ts');
  const helped = { ...caller, isShared: shared !== null };
  const self = () => anchorOfSelf(ports.processes);

  const settings: Ports['settings'] = lazily({
    idPattern: () => idPattern,
    color: () => config.get('color.claim') ?? config.get('color.ui'),
    sensitive: () => config.all('claim.sensitive'),
    worktreesOf: () => (agent) =>
      (agent === null ? null : config.get(`claim.worktrees.${agent}`)) ?? config.get('claim.worktrees') ?? DEFAULT_WORKTREES,
    branch: () => config.get('claim.branch') ?? DEFAULT_BRANCH,
    lease: () => durations.leaseTermsOf(config),
    helpedLease: () => (durations.hasOwnLease(config) ? settings.lease : HELPED_LEASE),
    remoteLease: () => durations.remoteLeaseTermsOf(config),
    patience: () => durations.patienceOf(config),
    personIdleMs: () => durations.personIdleOf(config),
    ruleMode: () => (rule) => ruleModeOf(config, rule),
    bypass: () => oneLine(env[BYPASS_VARIABLE] ?? '') || null,
    readyAt: () => readyAtOf(config),
    pathTtlMs: () => durations.pathTtlOf(config),
    remoteMaxAgeMs: () => durations.remoteMaxAgeOf(config),
  });

  const ports: Wired = lazily({
    registry: () => new GitRegistry(repository, prefix, () => tagger(repository, env), mutex, surveyed, shared),
    paths: () => new GitPathRegistry(repository, pathRefPrefix(prefix), mutex, shared),
    shared: () => shared,
    keptRows: () => new GitKeptRows(repository, prefix),
    branches: () => new GitBranches(repository, mutex, prefix),
    commits: () => new GitCommits(repository, ports.branches, prefix),
    finished: () => new GitFinishedWork(repository),
    worktrees: () => new GitWorktrees(repository, mutex, ({ maker }) => maker !== null && isAlive(ports.processes, maker), self),
    kept: () => new GitKeptWork(repository),
    setup: () => new GitTreeSetup(repository, { env, mutex, self: self(), isAlive: (it) => !!isAlive(ports.processes, it) }),
    bindings: () => new GitBindings(repository),
    takeTurn: () => (order) => takeTurn(repository, claimRef(prefix, order), order),
    notes: () => new GitTreeNotes(repository),
    changes: () => new GitChanges(repository, env),
    cache: () => cache,
    presence: () => new SqlitePresence(cache),
    sightings: () => new SqliteSightings(cache),
    // Where nothing is shared, nothing is ever read of a remote.
    remoteSightings: () => (heard === null ? new MemoryRemoteSightings() : new heard.SqliteRemoteSightings(cache)),
    losses: () => new SqliteLosses(cache),
    freeOrders: () => new SqliteFreeOrders(cache),
    refMemory: () => new SqliteRefMemory(cache, prefix),
    guardedRefs: () => new GitGuardedRefs(repository, prefix),
    events: () => new SqliteEventLog(cache, outbox),
    outbox: () => outbox,
    mirrors: () => mirrorsOf(repository, () => ports.orders, ports.installation),
    seenHere: () => new Map(),
    clock: () => systemClock,
    helper: () => new DetachedHelper(commonDir, prefix, helped, ports.processes, settings.helpedLease.beatMs),
    processes: systemProcessTable,
    pager: () => new SystemPager(env, config.get('core.pager')),
    programs: () => new SystemPrograms(env, ports.processes),
    orders: () => openOrders(repository, () => ports.branches, idPattern),
    publisher: () => async () => (await import('./adapters/git/remote/open.ts')).publisher(remote, contacts),
    published: () => async () =>
      (await import('./adapters/git/remote/published-claims.ts')).publishedClaims(prefix, contacts, ports.registry),
    host: () => async () => new (await import('./adapters/git/host.ts')).GitHost(repository, mutex),
    remoteProbe: () => async () => (await import('./adapters/git/remote/open.ts')).remoteProbe(prefix, contacts),
    remains: () => async () => {
      const { GitRemains, endHelpers } = await import('./adapters/git/install/remains.ts');
      return new GitRemains(repository, prefix, () => endHelpers(commonDir));
    },
    installation: () => async () => (await import('./adapters/git/install/open.ts')).openInstallation(repository, locked, env),
    clearLeftLocks: () => () => clearLeftLocks([commonDir, repository.gitDir]),
    isAstray: () => isAstray(repository),
    notices: () => noticesHere(repository),
    settings: () => settings,
    places: () => placesIn(repository, caller.cwd),
    sandbox: () => sandboxIn(env),
    identify: () => {
      const identified = identifyCaller(
        {
          pid: process.pid,
          environment: env,
          named: caller.session,
          anchor: caller.anchor,
          said: caller.said ?? null,
          user: userOf(config.get('user.name') ?? env['USER'] ?? ''),
          clone: shared?.clone ?? null,
          bound: ports.bindings.read(null).map(({ key }) => ({ key, agent: agentOfKey(key) })),
        },
        ports.processes,
      );
      return () => identified;
    },
    self: () => self,
    narrate: () => (progress) => caller.narrate?.(progress),
    watch: () => caller.watch?.() ?? null,
    sleep: () => (ms) => sleep(ms),
    nonces: () => async (count) => Array.from({ length: count }, () => randomBytes(16).toString('hex')),
  });
  return ports;
}

/** Holds the reason why a person overrides the hooks this once. */
const BYPASS_VARIABLE = 'GIT_CLAIM_BYPASS';
