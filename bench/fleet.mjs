// What a fleet of sessions costs the git server that holds its claims. Measures a push and a fetch of each kind with so many refs
// on the server, as processor time of the server's own processes, and computes the fleet from it (docs/scale.md).
//   node bench/fleet.mjs [rounds] [refs...]
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git } from './repositories.mjs';
import { median } from './time.mjs';

const ROUNDS_DEFAULT = 9;
const REFS_DEFAULT = [0, 100, 1_000, 10_000, 100_000];
const FLEETS = [10, 1_000, 100_000];

/** What is assumed of a fleet; whoever knows better puts other numbers here. */
const ASSUMED = {
  sessionsPerClone: 10,
  sessionsPerTeam: 100,
  ordersPerSessionAndDay: 10,
  /** Claim, two pushes of the branch with the claim, complete with the last push. */
  pushesPerOrder: 4,
  beatMinutes: 2,
  /** Pushes of code, which would be made without claims, too. */
  codePushesPerOrder: 3,
};

const [rounds = ROUNDS_DEFAULT, ...chosen] = process.argv.slice(2).map(Number);
const scratch = mkdtempSync(join(tmpdir(), 'git-claim-bench-'));
const env = { PATH: process.env.PATH, HOME: scratch, GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_DATE: '@1 +0000' };

try {
  writeFileSync(join(scratch, '.gitconfig'), '[user]\n\tname = bench\n\temail = bench@example.com\n');
  const measured = (chosen.length === 0 ? REFS_DEFAULT : chosen).map(measure);
  console.log(ASSUMED);
  console.log(`  ${['claims', 'refs', 'a push is told', 'told an hour', 'cores'].map((text) => text.padStart(15)).join('')}`);
  for (const sessions of FLEETS) for (const days of [30, 365]) tell(sessions, days, measured);
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

/** Returns bytes, and milliseconds of processor time on the server, with so many claims there. */
function measure(refs) {
  const hub = join(scratch, `hub-${refs}`);
  const client = join(scratch, `client-${refs}`);
  git(scratch, env, ['init', '--quiet', '--bare', hub]);
  git(scratch, env, ['clone', '--quiet', hub, client]);
  git(client, env, ['commit', '--quiet', '--allow-empty', '--message=first']);
  git(client, env, ['push', '--quiet', 'origin', 'HEAD:refs/heads/main']);
  const claim = record(hub, 0);
  const rows = Array.from({ length: refs }, (_, at) => `${claim} refs/claims/ORDER-${1_000_000 + at}\n`);
  const main = readFileSync(join(hub, 'refs/heads/main'), 'utf8').trim();
  writeFileSync(
    join(hub, 'packed-refs'),
    `# pack-refs with: peeled fully-peeled sorted \n${rows.join('')}${main} refs/heads/main\n`,
  );
  const bytes = execFileSync('git', ['receive-pack', '--http-backend-info-refs', hub], { env, maxBuffer: 1 << 28 }).length;
  const clock = watch(join(scratch, `times-${refs}`));
  git(client, env, ['fetch', '--quiet', '--no-tags', 'origin', '+refs/claims/*:refs/claims-remote/origin/orders/*']);
  let beat = '';
  const push = (specs) => clock(client, ['push', '--quiet', '--atomic', ...specs]);
  const samples = Array.from({ length: rounds }, (_, n) => {
    git(client, env, ['commit', '--quiet', '--allow-empty', `--message=${n}`]);
    const before = beat;
    beat = record(client, 3 * n + 1);
    return {
      code: push(['origin', 'HEAD:refs/heads/main']),
      claim: push([`--force-with-lease=refs/claims/A-${n}:`, 'origin', `${record(client, 3 * n + 2)}:refs/claims/A-${n}`]),
      beat: push([`--force-with-lease=refs/claims-beat/a:${before}`, 'origin', `${beat}:refs/claims-beat/a`]),
      fetch: clock(client, ['fetch', '--quiet', '--no-tags', 'origin', '+refs/claims/*:refs/claims-remote/origin/orders/*']),
    };
  });
  const ms = Object.fromEntries(Object.keys(samples[0]).map((kind) => [kind, median(samples.map((one) => one[kind]))]));
  const shown = Object.entries(ms).map(([kind, value]) => `${kind} ${value.toFixed(0)} ms`);
  console.log(`${refs} refs: ${bytes} bytes told to whoever pushes; on the server ${shown.join(', ')}`);
  return { refs, bytes, ms };
}

/** Returns a function that runs git in a client and returns the processor time of the server's side. */
function watch(folder) {
  mkdirSync(folder);
  const log = join(folder, 'log');
  const served = (service) => {
    const path = join(folder, service);
    writeFileSync(path, `#!/bin/bash\nTIMEFORMAT='%U %S'\n{ time git ${service} "$@" 2>&4; } 4>&2 2>'${log}'\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const programs = { push: `--receive-pack=${served('receive-pack')}`, fetch: `--upload-pack=${served('upload-pack')}` };
  return (cwd, [command, ...args]) => {
    git(cwd, env, [command, programs[command], ...args]);
    const [user, system] = readFileSync(log, 'utf8').trim().split(' ').map(Number);
    return (user + system) * 1000;
  };
}

/** Writes a record-sized tag, and returns its name. */
function record(folder, number) {
  const tree = git(folder, env, ['hash-object', '-t', 'tree', '-w', '--stdin']).trim();
  const header = `object ${tree}\ntype tree\ntag claims/X\ntagger bench <bench> 1767323045 +0000\n`;
  return git(folder, env, ['hash-object', '-t', 'tag', '-w', '--stdin'], `${header}\n${number}\n${'x: y\n'.repeat(120)}`).trim();
}

/**
 * Prints what so many sessions ask of the server in an hour, after so many days, for each place where claims may be. Every push,
 * a beat's too, is told all refs first.
 */
function tell(sessions, days, measured) {
  const clones = Math.ceil(sessions / ASSUMED.sessionsPerClone);
  const orders = sessions * ASSUMED.ordersPerSessionAndDay;
  const beats = (clones * 60) / ASSUMED.beatMinutes;
  const changes = (orders * ASSUMED.pushesPerOrder) / 24;
  const code = (orders * ASSUMED.codePushesPerOrder) / 24;
  const row = (layout, parts, codePushes) => {
    const refs = Math.ceil((orders * days + clones) / parts);
    const { bytes, ms } = at(measured, refs);
    const slower = codePushes * (ms.code - measured[0].ms.code);
    const cores = (changes * ms.claim + beats * (ms.beat + ms.fetch) + slower) / 3_600_000;
    const told = (bytes * (changes + beats + codePushes)) / 2 ** 30;
    const columns = [layout, refs, `${(bytes / 2 ** 10).toFixed(0)} kB`, `${told.toFixed(1)} GB`, cores.toFixed(2)];
    console.log(`  ${columns.map((text) => String(text).padStart(15)).join('')}`);
  };
  const pushes = [changes, beats, code].map(Math.round);
  console.log(
    `${sessions} sessions, ${clones} clones, ${days} days; an hour: ${pushes[0]} changes, ${pushes[1]} beats, ${pushes[2]} of code`,
  );
  row('with the code', 1, code);
  row('on their own', 1, 0);
  if (sessions > ASSUMED.sessionsPerTeam) row('one per team', sessions / ASSUMED.sessionsPerTeam, 0);
}

/** Between two measurements a line, beyond the last one its continuation. */
function at(measured, refs) {
  const upper = Math.max(
    1,
    measured.findIndex((one) => one.refs >= refs),
  );
  const [low, high] = measured.at(-1).refs < refs ? measured.slice(-2) : [measured[upper - 1], measured[upper]];
  const line = (one, other) => one + ((other - one) * (refs - low.refs)) / (high.refs - low.refs);
  const ms = Object.fromEntries(Object.keys(low.ms).map((kind) => [kind, line(low.ms[kind], high.ms[kind])]));
  return { bytes: line(low.bytes, high.bytes), ms };
}
