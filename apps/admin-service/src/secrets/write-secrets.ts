import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type SecretFiles } from './secret-files';

/** Nobody else passes through the folder on the host; a container that is given one file alone may read it as any user. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o444;

/**
 * Writes what `missing` says of the files that are there; never over one that is there.
 * @returns the names of the files written
 */
export function writeSecrets(folder: string, missing: (present: SecretFiles) => SecretFiles): string[] {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, FOLDER_MODE);
  const wanted = missing(readSecrets(folder));
  for (const [name, text] of Object.entries(wanted)) {
    const file = path.join(folder, name);
    writeFileSync(file, text, { flag: 'wx', mode: FILE_MODE });
    chmodSync(file, FILE_MODE); // whatever the umask left of it
  }
  return Object.keys(wanted);
}

function readSecrets(folder: string): SecretFiles {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(path.join(folder, name), 'utf8').replace(/\r?\n$/, '')]),
  );
}
