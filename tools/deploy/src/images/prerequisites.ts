import { isOnPath } from '../programs';

/** Debian's package for each program that the check runs. */
const PROGRAMS = {
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
} as const;

/** Why images cannot be built and entered on this machine; null when they can. */
export function missingPrerequisite(env: NodeJS.ProcessEnv): string | null {
  if (process.platform !== 'linux') return 'images are built on Linux alone';
  if (process.getuid?.() !== 0) return 'building an image and entering it needs root';
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isOnPath(program, env['PATH'] ?? ''));
  if (missing.length === 0) return null;
  const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
  return `${missing.map(([program]) => program).join(', ')} missing: apt-get install ${packages}`;
}
