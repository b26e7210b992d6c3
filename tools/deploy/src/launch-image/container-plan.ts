/** How an image's program runs: pure, so that what a container gets of its host is plain to read. */
import path from 'node:path';
import { type LaunchImage } from './launch-config';

const SECRETS_DIR = '/run/secrets';
const INBOX = '/inbox';

export interface ContainerPlan {
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Contents of the files in `/run/secrets`, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Folder of the host that is the volume `/inbox`; null: the service has none. */
  readonly inbox: string | null;
}

/**
 * As docker-compose.yml does it: secrets lie in files, the inbox is a volume, and nothing else of the host's
 * environment is there.
 * @param args what replaces the image's command
 */
export function planContainer(
  { env, entrypoint, settings }: LaunchImage,
  args: readonly string[],
  hostEnv: NodeJS.ProcessEnv,
): ContainerPlan {
  const given = settings.flatMap(({ env: name, secret }) => {
    const text = hostEnv[name];
    // Folders of the host: only the inbox is handed on, as a volume.
    return text === undefined || name === 'INGEST_FILE_ROOTS' ? [] : [{ name, secret, text }];
  });
  const secrets = given.filter(({ secret }) => secret);
  const plain = given.filter(({ secret }) => !secret);
  const inbox = plain.find(({ name }) => name === 'INBOX_DIR')?.text ?? null;
  return {
    program: [...entrypoint, ...args],
    env: {
      ...Object.fromEntries(env.map((entry) => splitOnce(entry))),
      ...Object.fromEntries(plain.map(({ name, text }) => [name, name === 'INBOX_DIR' ? INBOX : text])),
      ...Object.fromEntries(
        secrets.map(({ name }) => [`${name}_FILE`, path.posix.join(SECRETS_DIR, name.toLowerCase())]),
      ),
    },
    secrets: Object.fromEntries(secrets.map(({ name, text }) => [name.toLowerCase(), text])),
    inbox,
  };
}

function splitOnce(entry: string): readonly [string, string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}
