import { MemoryPathRegistry } from '../../src/adapters/memory/path-registry.ts';
import { MemoryRegistry } from '../../src/adapters/memory/registry.ts';
import { DEFAULT_ID_PATTERN } from '../../src/core/ids.ts';
import { DEFAULT_PATIENCE } from '../../src/core/liveness/idle.ts';
import { parseClaimPath } from '../../src/core/path.ts';
import { DEFAULT_PERSON_IDLE_MS, DEFAULT_REMOTE_LEASE } from '../../src/core/record/lease.ts';
import type { Identity } from '../../src/core/session/identity.ts';
import type { TreeContents } from '../../src/core/trees/contents.ts';
import type { Binding } from '../../src/ports/bindings.ts';
import type { Registry } from '../../src/ports/registry.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import { type Caches, memoryCaches } from './caches.ts';
import { holderNamed, LEASE } from './claims.ts';

/** What a clean worktree holds. */
export const NOTHING_INSIDE: TreeContents = {
  files: [],
  hidden: [],
  operation: null,
  detached: 0,
  strays: [],
  inner: [],
  ignored: { count: 0, names: [], small: [], large: { count: 0, names: [] } },
  stashes: 0,
};

const DAY_MS = 86_400_000;

/** All ports of one session without a disk; sessions that share the registry and what is in the cache work on one repository. */
export function memoryPorts(
  who: { name: string; agent?: string | null },
  shared: { registry: Registry } & Caches = { registry: new MemoryRegistry(), ...memoryCaches(7 * DAY_MS) },
): Ports {
  const identity: Identity = { ...holderNamed(who.name, who.agent ?? null), source: 'named', guestOf: null };
  const bindings = new Map<string | null, Binding[]>();
  let nonces = 0;
  return {
    ...shared,
    shared: null,
    publisher: async () => ({
      destinationsOf: async (branches) => branches.map(() => null),
      push: async () => undefined,
      setUpstream: async () => undefined,
    }),
    published: async () => ({ remote: null, registry: shared.registry }),
    paths: shared.registry instanceof MemoryRegistry ? shared.registry.paths : new MemoryPathRegistry(),
    keptRows: { ordersNear: () => null },
    branches: {
      head: async () => ({ branch: 'main', commit: null, isDefault: true }),
      defaultBase: async () => null,
      startOf: async () => ({ base: null, doubts: [], named: [] }),
      mayBeNamed: () => false,
      lacking: async () => null,
      resolve: async () => null,
      tip: async () => null,
      contains: async () => false,
      tips: async () => new Map(),
      outside: async () => new Set(),
      unmerged: async () => new Set(),
      unpublished: async () => new Set(),
      ahead: async () => [],
      create: async () => null,
      unmergedCount: async () => 0,
      remove: async () => true,
    },
    commits: {
      since: async () => [],
      inRange: async () => [],
      onDefault: async () => [],
      filesOf: async () => new Map(),
      madeHere: () => new Set(),
    },
    finished: { all: async () => new Map(), keep: async () => undefined, letGo: async () => undefined },
    worktrees: {
      list: async () => [],
      find: (path) => path,
      isHere: () => true,
      ignoreInside: async () => undefined,
      isSeenInside: async () => false,
      copiedFrom: () => null,
      status: async () => ({ branch: null, changes: [] }),
      realPath: (path) => path,
      add: async () => null,
      repair: async () => [],
      lock: () => true,
      unlock: () => undefined,
      dirtyFiles: async () => [],
      lastChangeMs: async () => null,
      unsavedWork: async () => ({ dirtyFiles: [], unpushedCommits: 0 }),
      save: async () => 'refs/claim-rescue/x',
      keep: async () => 'refs/claim-rescue/x',
      contents: async () => NOTHING_INSIDE,
      overlooked: async () => ({ hidden: [], inner: [] }),
      stashes: async () => 0,
      look: async () => new Map(),
      strays: async () => [],
      setAside: async (path) => ({ path, newSince: () => [], putBack: () => undefined, discard: () => ({ kind: 'gone' }) }),
      recover: async () => [],
      prune: async () => [],
    },
    kept: { list: async () => [], drop: async () => true },
    mirrors: [],
    pager: { show: async () => false },
    programs: { has: () => true, hold: async () => ({ anchor: null, start: async () => 0, end: () => undefined }) },
    setup: {
      commands: [],
      isTrusted: async () => false,
      trust: async () => undefined,
      notePending: async () => undefined,
      isPending: async () => false,
      done: async () => undefined,
      forget: async () => undefined,
      begin: async () => null,
      copy: async () => ({ files: 0, leftOut: [] }),
      run: async () => ({ kind: 'done' }),
    },
    seenHere: new Map(),
    guardedRefs: {
      tip: () => null,
      kept: () => null,
      pushed: () => ({}),
      isRemote: () => true,
      refOf: (order) => `refs/claims/${order}`,
      steps: () => [],
      isHeadOf: () => false,
      branchOf: () => null,
      putBack: async () => undefined,
      areNoted: () => true,
      prunedBy: async () => [],
    },
    bindings: {
      read: (worktree) => bindings.get(worktree) ?? [],
      bind: (worktree, binding) => {
        const others = (bindings.get(worktree) ?? []).filter(({ order }) => order !== binding.order);
        bindings.set(worktree, [...others, binding]);
        return true;
      },
      unbind: (worktree, order) => {
        bindings.set(
          worktree,
          (bindings.get(worktree) ?? []).filter((binding) => binding.order !== order),
        );
      },
    },
    notes: {
      activity: () => null,
      committed: () => [],
      pushed: () => [],
      notePushed: () => undefined,
      takeWarned: () => [],
      noteIntent: () => undefined,
      forgetIntents: () => undefined,
      noteWarned: () => undefined,
      takeBypassed: () => [],
      takeRefused: () => [],
    },
    changes: {
      branch: async () => 'main',
      isUnderWay: () => false,
      isMerging: () => false,
      operation: () => null,
      stagedGone: async () => [],
      madeInMerge: async () => [],
      staged: async () => [],
      texts: async () => new Map(),
      stagedPatch: async () => null,
      patchesOf: async () => new Map(),
      recent: async () => [],
    },
    helper: { ensure: async () => false },
    clock: clockAt(() => 1_000),
    processes: { host: 'engine', boot: 'boot-1', ns: 'host', find: () => 'gone', ancestors: () => [] },
    orders: {
      fileOf: () => null,
      find: async () => ({ titles: new Map(), count: 0, like: new Map() }),
      readNamed: async () => [],
      settle: async () => undefined,
      titles: () => new Map(),
      orderFilesAmong: async () => new Set(),
      readTexts: async () => [],
      head: async () => null,
      folder: 'orders',
      names: async () => [],
      file: async (file) => `/app/${file}`,
      read: async () => ({ orders: [], unnamed: [], missing: [], place: 'memory' }),
      inProgress: async () => [],
    },
    host: async () => {
      throw new Error('there is no host to look at');
    },
    installation: async () => {
      throw new Error('there is no repository to set up');
    },
    remoteProbe: async () => {
      throw new Error('there is no remote to try out');
    },
    remains: async () => {
      throw new Error('there is no repository to clear');
    },
    settings: {
      idPattern: DEFAULT_ID_PATTERN,
      color: null,
      sensitive: [],
      worktreesOf: () => '../<order>',
      branch: '<order>-<title>',
      lease: LEASE,
      helpedLease: LEASE,
      remoteLease: DEFAULT_REMOTE_LEASE,
      patience: DEFAULT_PATIENCE,
      personIdleMs: DEFAULT_PERSON_IDLE_MS,
      ruleMode: () => 'soft',
      bypass: null,
      readyAt: 'merge',
      remoteMaxAgeMs: 60_000,
      pathTtlMs: 900_000,
    },
    places: {
      mainDir: '/app',
      topLevel: '/app',
      repo: 'app',
      absolute: (path) => `/app/${path}`,
      relative: () => '.',
      isThere: () => true,
      isTyped: () => true,
      typedPath: async (text) => parseClaimPath(text),
    },
    sandbox: null,
    identify: () => ({ kind: 'session', identity }),
    self: () => null,
    narrate: () => undefined,
    watch: null,
    takeTurn: async () => () => undefined,
    sleep: async () => undefined,
    nonces: async (count) =>
      Array.from({ length: count }, () => (nonces++).toString(16).padStart(31, '0') + who.name.length.toString(16).slice(-1)),
  };
}

/** Returns a clock that shows so many milliseconds since the boot. */
export function clockAt(sinceBootMs: () => number): Ports['clock'] {
  const now = () => ({ boot: 'boot-1', monoMs: sinceBootMs(), wallMs: 1_800_000_000_000 + sinceBootMs() - 1_000 });
  return { now, instant: () => ({ ...now(), upMs: sinceBootMs() }), isCredible: () => true };
}
