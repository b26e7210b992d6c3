import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type ImageConfig } from './buildah';
import { type BuiltImage } from './image-rules';

/** Of the image that builds, and of no use to one that runs. */
const NEEDLESS = ['npm', 'npx', 'yarn', 'corepack'].map((name) => `/usr/local/bin/${name}`);

/**
 * @param mounted folder with the image's files
 * @param bundleFolder what this machine bundled for the service
 */
export function readImage(
  service: string,
  config: ImageConfig,
  mounted: string,
  bundleFolder: string,
): BuiltImage {
  const inbox = path.join(mounted, 'inbox');
  const inboxStat = existsSync(inbox) ? statSync(inbox) : null;
  return {
    service,
    config,
    app: hashFiles(path.join(mounted, config.WorkingDir)),
    bundle: hashFiles(bundleFolder),
    needless: NEEDLESS.filter((program) => existsSync(path.join(mounted, program))),
    inboxOwner: inboxStat && `${inboxStat.uid}:${inboxStat.gid}`,
  };
}

/** Bytes of all files below the folder. */
export function sizeOf(folder: string): number {
  return listFiles(folder).reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
}

function hashFiles(folder: string): Record<string, string> {
  return Object.fromEntries(
    listFiles(folder).map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(path.join(folder, file)))
        .digest('hex'),
    ]),
  );
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}
