/** Services of the version before, built from the repository's history, and a `dist` that has some of each. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './cli';

export const SERVICES = ['admin-service', 'query-service', 'ingest-worker', 'gateway'] as const;
export type Service = (typeof SERVICES)[number];
export type Version = 'old' | 'new';

export interface Versions {
  /** For `BIGDATA_DIST`: every service in its old version at first. */
  readonly dist: string;
  /** A service as it was built: for processes beside the stack. */
  folderOf(service: Service, version: Version): string;
  /** What the stack starts from now on. */
  use(service: Service, version: Version): void;
}

/** @param folder an empty one */
export function prepareVersions(folder: string): Versions {
  const old = buildPrevious(path.join(folder, 'previous'));
  const dist = path.join(folder, 'dist');
  const current = path.join(ROOT, 'dist');
  const folderOf = (service: Service, version: Version): string =>
    path.join(version === 'old' ? old : current, service);
  mkdirSync(dist);
  for (const name of readdirSync(current)) {
    if (!SERVICES.some((service) => service === name))
      symlinkSync(path.join(current, name), path.join(dist, name));
  }
  const use = (service: Service, version: Version): void => {
    const link = path.join(dist, service);
    symlinkSync(folderOf(service, version), `${link}.next`);
    renameSync(`${link}.next`, link);
  };
  for (const service of SERVICES) use(service, 'old');
  return { dist, folderOf, use };
}

/**
 * With the packages that are installed now, as what is tested is our own code: old and new of it side by side.
 * @returns its `dist`
 */
function buildPrevious(folder: string): string {
  const { commit } = JSON.parse(readFileSync(path.join(ROOT, 'e2e/previous-version.json'), 'utf8')) as {
    commit: string;
  };
  mkdirSync(folder);
  const archive = execFileSync(
    'git',
    ['archive', commit, 'apps', 'libs', 'tools', 'tsconfig.base.json', 'nx.json', 'package.json'],
    {
      cwd: ROOT,
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  execFileSync('tar', ['-x'], { cwd: folder, input: archive });
  linkPackages(folder);
  for (const service of SERVICES) {
    execFileSync(process.execPath, ['tools/setup/bundle.mjs', `apps/${service}`], {
      cwd: folder,
      stdio: 'pipe',
    });
  }
  return path.join(folder, 'dist');
}

/** Packages of others from here, those of the workspace from the folder itself. */
function linkPackages(folder: string): void {
  const packages = path.join(folder, 'node_modules');
  mkdirSync(path.join(packages, '@bigdata'), { recursive: true });
  for (const name of readdirSync(path.join(ROOT, 'node_modules'))) {
    if (name !== '@bigdata') symlinkSync(path.join(ROOT, 'node_modules', name), path.join(packages, name));
  }
  for (const group of ['apps', 'libs', 'tools']) {
    for (const project of readdirSync(path.join(folder, group))) {
      symlinkSync(path.join(folder, group, project), path.join(packages, '@bigdata', project));
      const own = path.join(ROOT, group, project, 'node_modules');
      try {
        readdirSync(own);
      } catch {
        continue;
      }
      symlinkSync(own, path.join(folder, group, project, 'node_modules'));
    }
  }
}
