/**
 * `node make-secrets.js FOLDER`: makes the secrets of a deployment that are missing in the folder, one file each, and
 * leaves those that are there as they are. Prints names, never a secret. Exit code 0 when all are there.
 */
import { randomBytes } from 'node:crypto';
import { missingSecrets } from './secrets/secret-files';
import { writeSecrets } from './secrets/write-secrets';

function main(args: readonly string[]): number {
  const [folder, ...others] = args;
  if (folder === undefined || folder.startsWith('-') || others.length > 0) {
    process.stderr.write('usage: make-secrets FOLDER\n');
    return 1;
  }
  try {
    const made = writeSecrets(folder, (present) => missingSecrets(present, randomBytes));
    process.stdout.write(made.length === 0 ? 'every secret is there\n' : `made: ${made.join(', ')}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`make-secrets: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
