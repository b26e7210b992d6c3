/**
 * The part of a container engine that the check needs, of util-linux alone: namespaces of their own for mounts and
 * processes, a read-only root, tmpfs for /tmp and /run, secrets in files, an unprivileged user without capabilities.
 * The network is the host's.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type LaunchImage } from './launch-config';
import { type ContainerPlan } from './container-plan';

/** By their places: the path of the image is in force when they are looked for. */
const SETPRIV = '/usr/bin/setpriv';
const UNSHARE = '/usr/bin/unshare';

/**
 * Arguments: root, user, inbox or nothing; then variables and a program for `env -i`. Secrets come by stdin, a name and a
 * text a line, so that no list of processes shows them.
 */
const ENTER = `
set -eu
root=$1 user=$2 inbox=$3
shift 3
mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/run"
mkdir "$root/run/secrets"
while IFS=' ' read -r name text; do
  printf %s "$text" > "$root/run/secrets/$name"
done
chmod -R a+rX "$root/run/secrets"
if [ -n "$inbox" ]; then
  chown -R "$user" "$inbox"
  mount --bind "$inbox" "$root/inbox"
fi
mount -o remount,bind,ro "$root"
exec env -i "$@" < /dev/null
`;

/** The process returned has the program as its only child, which is process 1 of its namespace. */
export function enterImage({ root, user, workdir }: LaunchImage, plan: ContainerPlan): ChildProcess {
  const [uid = '', gid = uid] = user.split(':');
  const child = spawn(
    UNSHARE,
    [
      ...['--mount', '--propagation=private', '--pid', '--fork', '--kill-child=SIGKILL'],
      ...['sh', '-c', ENTER, 'sh', root, user, plan.inbox ?? ''],
      ...Object.entries(plan.env).map(([name, text]) => `${name}=${text}`),
      ...[SETPRIV, '--no-new-privs', UNSHARE, `--root=${root}`, `--wd=${workdir}`],
      ...[`--setgid=${gid}`, `--setuid=${uid}`, ...plan.program],
    ],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const lines = Object.entries(plan.secrets).map(([name, text]) => `${name} ${text}\n`);
  child.stdin.on('error', () => undefined); // it ended before it read them: its exit says so
  child.stdin.end(lines.join(''));
  return child;
}
