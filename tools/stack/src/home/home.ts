import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removePostgresData } from '../servers/postgres';

/** What lies where in BIGDATA_HOME. */
export type Home = ReturnType<typeof homeAt>;

export function homeAt(folder: string) {
  const inHome = (name: string) => path.join(folder, name);
  return {
    folder,
    dataDir: inHome('data'),
    logDir: inHome('logs'),
    /** Uploads on their way into the worker. */
    inboxDir: inHome('inbox'),
    /** Files the worker may read by file:// path. */
    filesDir: inHome('files'),
    sampleFile: path.join(inHome('files'), 'sample-people.csv'),
    lockFile: inHome('stack.lock'),
    secretsFile: inHome('secrets.json'),
    credentialsFile: inHome('credentials.json'),
    stackFile: inHome('stack.json'),
    /** There when the sample has been loaded. */
    sampleMarker: inHome('sample-loaded'),
  };
}

export function prepareHome(home: Home): void {
  for (const folder of [home.dataDir, home.logDir, home.inboxDir, home.filesDir]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/** Removes what the stack keeps in the home, and nothing else: the folder may be anybody's by mistake. */
export function emptyHome(home: Home): void {
  removePostgresData(path.join(home.dataDir, 'postgres'));
  const { dataDir, logDir, inboxDir, filesDir, secretsFile, credentialsFile, stackFile, sampleMarker } = home;
  for (const entry of [
    dataDir,
    logDir,
    inboxDir,
    filesDir,
    secretsFile,
    credentialsFile,
    stackFile,
    sampleMarker,
  ]) {
    rmSync(entry, { recursive: true, force: true });
  }
}

/** The log of this start; the one of the start before is kept beside it. */
export function turnLog(home: Home, name: string): string {
  const file = path.join(home.logDir, `${name}.log`);
  if (existsSync(file)) renameSync(file, `${file}.1`);
  return file;
}

/** Whole or not at all, and readable by the owner only. */
export function writePrivateJson(file: string, value: unknown): void {
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(partial, file);
}
