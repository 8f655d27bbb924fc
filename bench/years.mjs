import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { oidOfTag, packRefs, packTags } from './pack.mjs';
import { claimedRepository, git, grownHistory } from './repositories.mjs';

/** A repository of so many orders: most are done, a tenth is claimed by others, and a tenth waits for somebody. */
export function sizeOf(orders) {
  const live = Math.min(Math.ceil(orders / 10), 2_000);
  return { ended: Math.floor(orders * 0.8), live, files: orders, sessions: Math.ceil(live / 10), worktrees: 5, commits: 2_000 };
}

/** After years of use: most orders are done, and the files of the older ones were deleted. */
export const AFTER_YEARS = { ended: 20_000, live: 2_000, files: 5_000, sessions: 200, worktrees: 15, commits: 10_000 };

/**
 * Makes a repository as years of use leave it: packed refs, packed records, each ended claim with the record before it, the cache
 * with a row for each claim and session. Claims are numbered in the order of their time: the ended ones, the live ones, then the
 * orders that nobody has claimed yet. The last `files` orders have files, which are committed. This session holds nothing.
 *
 * @param size `ended` and `live` claims, order `files`, `sessions` that hold the live claims, `worktrees` of live claims,
 * `commits` on the default branch
 */
export function yearsRepository(folder, program, env, { ended, live, files, sessions, worktrees, commits }) {
  claimedRepository(folder, program, { ...env, GIT_CLAIM_SESSION: 'other' });
  grownHistory(folder, env, commits);
  const oids = git(folder, env, ['rev-list', '--max-count=1000', 'HEAD']).trim().split('\n');
  const started = recordIn(git(folder, env, ['cat-file', 'tag', 'refs/claims/BENCH-0']), basename(folder));
  const claims = Array.from({ length: ended + live }, (_, at) => {
    const number = at + 1;
    const session = at < ended ? `past-${at % 997}` : `session-${at % sessions}`;
    const first = started(number, { session, base: oids[(at % (oids.length - 1)) + 1], atMs: atMs(at, ended + live) });
    return { order: `BENCH-${number}`, session, bodies: at < ended ? [first, endOf(first, at, oids)] : [first] };
  });
  packTags(
    folder,
    env,
    claims.flatMap(({ bodies }) => bodies),
  );
  const refs = claims.map(({ order, bodies }) => [`refs/claims/${order}`, oidOfTag(bodies.at(-1))]);
  packRefs(folder, env, refs);
  rememberIn(folder, refs, sessions);
  for (let number = ended + 1; number <= ended + Math.min(worktrees, live); number += 1)
    git(folder, env, ['worktree', 'add', '--quiet', '-b', branchOf(number), `${folder}.claims/BENCH-${number}`]);
  commitOrders(folder, env, ended, ended + live, files);
  execFileSync(program, ['list'], { cwd: folder, env, stdio: 'ignore' });
  return folder;
}

const branchOf = (number) => `bench-${number}-some-work`;

/** Live claims are at most a day old, ended ones up to three years. */
function atMs(at, count) {
  const age = ((count - at) / count) ** 3;
  return Date.now() - 60_000 - age * 3 * 365 * 24 * 60 * 60_000;
}

/** Returns a function that writes the real record anew, for another order and session of the repository of that name. */
function recordIn(record, name) {
  return (number, { session, base, atMs }) => {
    const at = `${new Date(atMs).toISOString().slice(0, 19)}Z`;
    return record
      .replaceAll('BENCH-0', `BENCH-${number}`)
      .replace(/^tagger (.*) \d+ /m, `tagger $1 ${Math.floor(atMs / 1000)} `)
      .replace(/ by other$/m, ` by ${session}`)
      .replace(/^Session: .*\nSession-Key: .*$/m, `Session: ${session}\nSession-Key: ${session}`)
      .replace(/^Nonce: .*$/m, `Nonce: ${nonceOf(2 * number)}`)
      .replace(/^Worktree: .*\n(Branch: .*\n)?/m, `Worktree: ../${name}.claims/BENCH-${number}\nBranch: ${branchOf(number)}\n`)
      .replace(/^Base: .*$/m, `Base: ${base}`)
      .replace(/^(Claimed|Recorded)-At: .*$/gm, `$1-At: ${at}`);
  };
}

/** Returns the record that ends a claim: most orders were completed, some were released or abandoned. */
function endOf(body, at, oids) {
  const [action, state] =
    at % 20 < 15 ? ['complete', 'completed'] : at % 20 < 19 ? ['release', 'released'] : ['abandon', 'abandoned'];
  const ended = body
    .replace(/^object .*\ntype tree$/m, `object ${oidOfTag(body)}\ntype tag`)
    .replace(/^claim BENCH/m, `${action} BENCH`)
    .replace(/^Action: claim\nState: active$/m, `Action: ${action}\nState: ${state}`)
    .replace(/^Nonce: .*$/m, `Nonce: ${nonceOf(2 * at + 1)}`);
  return state === 'completed' ? ended.replace(/^(Base: .*)$/m, `$1\nTip: ${oids[at % (oids.length - 1)]}`) : ended;
}

function nonceOf(number) {
  return number.toString(16).padStart(32, '0');
}

/** Fills the cache with what signs of life left: a row for each claim, as the program wrote the first one, and the sessions. */
function rememberIn(folder, refs, sessions) {
  const cache = new Database(join(folder, '.git/claim/cache.db'));
  const columns = (table, but) => {
    const names = cache.pragma(`table_info(${table})`).map(({ name }) => name);
    return names.filter((name) => !but.includes(name)).join(', ');
  };
  const [ofClaims, ofSessions] = [columns('lease', ['order_id', 'oid']), columns('session', ['key', 'id'])];
  const claim = cache.prepare(
    `INSERT OR REPLACE INTO lease (order_id, oid, ${ofClaims}) SELECT ?, ?, ${ofClaims} FROM lease WHERE order_id = 'BENCH-0'`,
  );
  const session = cache.prepare(
    `INSERT OR REPLACE INTO session (key, id, ${ofSessions}) SELECT ?, ?, ${ofSessions} FROM session WHERE key = 'other'`,
  );
  cache.transaction(() => {
    for (const [ref, oid] of refs) claim.run(ref.slice('refs/claims/'.length), oid);
    for (let at = 0; at < sessions; at += 1) session.run(`session-${at}`, `session-${at}`);
  })();
  cache.close();
}

/** Commits the files of the last orders. */
function commitOrders(folder, env, ended, claimed, files) {
  const last = Math.max(files, claimed + Math.ceil(files / 10));
  const branch = git(folder, env, ['symbolic-ref', 'HEAD']).trim();
  const seconds = Math.floor(Date.now() / 1000) - 3_600;
  const texts = Array.from({ length: files }, (_, at) => {
    const number = last - at;
    const text = orderText(number, number <= ended ? 'complete' : number % 10 === 6 ? 'draft' : 'ready');
    return `M 100644 inline orders/BENCH-${number}-some-work.md\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  });
  const commit = `commit ${branch}\ncommitter bench <bench> ${seconds} +0000\ndata 6\norders\nfrom ${branch}^0\n${texts.join('')}`;
  git(folder, env, ['fast-import', '--quiet'], commit);
  mkdirSync(join(folder, 'orders'), { recursive: true });
  git(folder, env, ['reset', '--quiet', '--hard']);
}

/** An order as people write it; some wait for others. */
export function orderText(number, status) {
  const dependsOn = number % 3 === 0 && number > 10 ? `[BENCH-${number - 10}]` : '[]';
  return `---\nid: BENCH-${number}\ntitle: Some work to be done, number ${number}\nstatus: ${status}\npriority: ${1 + (number % 4)}\nlabels: [web, importer]\ndepends_on: ${dependsOn}\ncreated: 2026-0${1 + (number % 9)}-11\npaths:\n  - src/part-${number % 40}/**\n---\n\n## Description\n\n${'What is to be done, and why. '.repeat(40)}\n`;
}
