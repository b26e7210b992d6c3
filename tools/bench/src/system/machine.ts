import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';

export type Machine = { readonly node: string; readonly cores: number; readonly machine: string };

/** What figures were measured on. */
export const describeMachine = (): Machine => ({
  node: process.version,
  cores: availableParallelism(),
  machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()}-${arch()}`,
});
