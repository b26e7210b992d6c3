/** buildah over a store of its own: nothing of the machine's images is touched. */
import path from 'node:path';
import { z } from 'zod';
import { runCommand } from '../run-command';

const imageConfigSchema = z.object({
  User: z.string(),
  WorkingDir: z.string(),
  Env: z.array(z.string()),
  Entrypoint: z.array(z.string()),
  Cmd: z.array(z.string()),
  StopSignal: z.string(),
  Labels: z.record(z.string(), z.string()),
  Healthcheck: z.object({ Test: z.array(z.string()) }).optional(),
});

const inspectionSchema = z.object({
  Docker: z.object({ config: imageConfigSchema, rootfs: z.object({ diff_ids: z.array(z.string()) }) }),
});

export type ImageConfig = z.infer<typeof imageConfigSchema>;

export interface Inspection {
  readonly config: ImageConfig;
  /** Hashes of the layers, as they are unpacked. */
  readonly layers: readonly string[];
}

export interface BuildOptions {
  /** Folder whose files the build sees. */
  readonly context: string;
  readonly dockerfile: string;
  readonly tag: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  /** Folders of this machine, by their place in the build. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Run every step again. */
  readonly anew?: boolean;
}

export interface Buildah {
  build(options: BuildOptions): Promise<void>;
  inspect(tag: string): Promise<Inspection>;
  /** @returns the folder where the image's files are, until this is closed */
  mount(tag: string): Promise<string>;
  /** Then the folder can be removed. */
  close(): Promise<void>;
}

/** @param folder may not exist; on a real disk, of some gigabytes */
export async function openBuildah(folder: string, hostEnv: NodeJS.ProcessEnv): Promise<Buildah> {
  const root = path.join(folder, 'store');
  const env = { ...hostEnv, BUILDAH_ISOLATION: 'chroot' };
  const run = (driver: string, args: readonly string[]) =>
    runCommand(
      'buildah',
      ['--root', root, '--runroot', path.join(folder, 'run'), '--storage-driver', driver, ...args],
      { env },
    );
  const driver = await pickDriver(async (name) => run(name, ['info']));
  const buildah = async (...args: readonly string[]) => (await run(driver, args)).trim();
  return {
    build: async ({ context, dockerfile, tag, target, args = {}, volumes = {}, anew = false }) => {
      await buildah(
        'build',
        // The format that carries a health check; every time in it is the same.
        ...['--format', 'docker', '--timestamp', '0', '--pull-never', '--layers'],
        ...(anew ? ['--no-cache'] : []),
        ...(target === undefined ? [] : ['--target', target]),
        ...Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`),
        ...Object.entries(volumes).map(([inside, outside]) => `--volume=${outside}:${inside}`),
        ...['--file', dockerfile, '--tag', tag, context],
      );
    },
    inspect: async (tag) => {
      const inspection = inspectionSchema.parse(JSON.parse(await buildah('inspect', '--type=image', tag)));
      return { config: inspection.Docker.config, layers: inspection.Docker.rootfs.diff_ids };
    },
    mount: async (tag) => buildah('mount', await buildah('from', '--pull-never', tag)),
    close: async () => {
      await buildah('umount', '--all');
      await buildah('rm', '--all');
    },
  };
}

/** vfs works everywhere and copies every layer whole, which takes twice the time. */
async function pickDriver(works: (driver: string) => Promise<unknown>): Promise<'overlay' | 'vfs'> {
  try {
    await works('overlay');
    return 'overlay';
  } catch {
    return 'vfs';
  }
}
