import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { StackError } from '../stack-error';
import { type PostgresBinaries, binariesIn } from './postgres-binaries';

/**
 * PostgreSQL refuses to run as root. Started by root it runs as an account that is there already, and that
 * account must reach two places that may lie below a folder closed to it (a clone in /root or in a
 * `mktemp -d`): the binaries and the data.
 */

/** How a PostgreSQL program is started. */
export type Launcher = {
  name: string;
  wrap: (command: string, args: readonly string[]) => { command: string; args: string[] };
  /** Set when the account is taken on by the kernel at start rather than by a wrapper. */
  uid?: number;
  gid?: number;
};

export type PostgresPlace = {
  /** Holds `data`, the cluster. */
  dir: string;
  binaries: PostgresBinaries;
  launcher: Launcher;
  /** The account that owns the data; undefined when it is the caller's own. */
  account: Account | undefined;
};

export type Account = { uid: number; gid: number };

/** Where the data goes when nothing reaches the asked folder: root's state, open for traversal. */
export const RELOCATED_ROOT = '/var/lib/bigdata-api';

const asCaller: Launcher = { name: 'caller', wrap: (command, args) => ({ command, args: [...args] }) };

const asAccount = ({ uid, gid }: Account): Launcher => ({ ...asCaller, name: 'account', uid, gid });

/**
 * The account plus one capability, enough to pass through folders that are closed to it. PostgreSQL checks its
 * own executable with access(2), which drops capabilities for any account but root unless the
 * no_setuid_fixup bit is set; the bit also needs CAP_SETPCAP, which containers have by default.
 */
const withCapability = ({ uid, gid }: Account, capability: string): Launcher => ({
  name: capability,
  wrap: (command, args) => ({
    command: 'setpriv',
    args: [
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      `--inh-caps=+${capability}`,
      `--ambient-caps=+${capability}`,
      '--securebits=+no_setuid_fixup',
      '--',
      command,
      ...args,
    ],
  }),
});

/** dac_override for containers, whose default set lacks dac_read_search. */
const rootLaunchers = (account: Account): Launcher[] => [
  asAccount(account),
  withCapability(account, 'dac_read_search'),
  withCapability(account, 'dac_override'),
];

/** Decides as whom and where PostgreSQL runs, by trying. `launchers` is for tests. */
export function choosePostgresPlace(
  dir: string,
  binaries: PostgresBinaries,
  launchers: (account: Account) => Launcher[] = rootLaunchers,
): PostgresPlace {
  mkdirSync(dir, { recursive: true });
  if (process.getuid?.() !== 0) return { dir, binaries, launcher: asCaller, account: undefined };
  const earlier = relocatedDir(dir);
  const account = findAccount(earlier ?? dir);
  if (earlier) return relocate(earlier, binaries, account);
  for (const launcher of launchers(account)) {
    if (reaches(launcher, dir, binaries)) return { dir, binaries, launcher, account };
  }
  const fresh = path.join(
    RELOCATED_ROOT,
    createHash('sha256').update(path.resolve(dir)).digest('hex').slice(0, 16),
  );
  rmSync(fresh, { recursive: true, force: true }); // of a home that was removed by hand: its password is lost
  const place = relocate(fresh, binaries, account);
  writeFileSync(noteIn(dir), `${fresh}\n`);
  return place;
}

/** The folder that stands in for `dir`, when one does: a note in `dir` names it. */
export function relocatedDir(dir: string): string | undefined {
  const note = noteIn(dir);
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined;
}

const noteIn = (dir: string): string => path.join(dir, 'data-is-in');

function relocate(dir: string, binaries: PostgresBinaries, account: Account): PostgresPlace {
  const nativeDir = path.join(dir, 'native');
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const owner = lstatSync(dir);
  if (owner.uid !== 0 || !owner.isDirectory()) {
    throw new StackError('postgres_unreachable', `${dir} is not a folder of root: remove it.`);
  }
  rmSync(nativeDir, { recursive: true, force: true }); // of another version, maybe
  cpSync(binaries.nativeDir, nativeDir, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
  });
  const launcher = asAccount(account);
  const copied = binariesIn(nativeDir);
  if (reaches(launcher, dir, copied)) return { dir, binaries: copied, launcher, account };
  throw new StackError(
    'postgres_unreachable',
    `PostgreSQL does not run as root, and the account ${account.uid} it would run as reaches neither ` +
      `${binaries.nativeDir} nor ${dir}. Run as another user than root, move the repository to a folder ` +
      'others may pass through (chmod a+x), or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** The owner of a cluster that is there already; else `postgres`, else `nobody`. */
function findAccount(dir: string): Account {
  const data = path.join(dir, 'data');
  if (existsSync(data)) {
    const { uid, gid } = statSync(data);
    if (uid !== 0) return { uid, gid };
  }
  const accounts = new Map<string, Account>();
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return accounts.get('postgres') ?? accounts.get('nobody') ?? { uid: 65534, gid: 65534 };
}

/** --describe-config makes the server locate its own executable, which a plain --version does not. */
function reaches(launcher: Launcher, dir: string, { postgres }: PostgresBinaries): boolean {
  const { command, args } = launcher.wrap('/bin/sh', [
    '-c',
    'cd "$1" && exec "$2" --describe-config',
    'sh',
    dir,
    postgres,
  ]);
  const result = spawnSync(command, args, {
    cwd: '/',
    env: {},
    stdio: 'ignore',
    timeout: 20_000,
    ...(launcher.uid === undefined ? {} : { uid: launcher.uid, gid: launcher.gid }),
  });
  return result.status === 0;
}

/** Gives the path to the account, when there is one. */
export function giveTo(account: Account | undefined, target: string): void {
  if (account) chownSync(target, account.uid, account.gid);
}
