/** Runs kustomize over everything that can be applied: each overlay, and the clustered one with each component. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { type Overlay, parseObjects } from './overlay';

const run = promisify(execFile);

/** What components are for: nothing scales or is shared on one node. */
const COMPOSABLE = 'cluster';

/** @param folder deploy/k8s */
export async function buildOverlays(kubectl: string, folder: string): Promise<readonly Overlay[]> {
  const overlays = readdirSync(path.join(folder, 'overlays'));
  const components = readdirSync(path.join(folder, 'components'));
  const work = mkdtempSync(path.join(realpathSync(tmpdir()), 'bigdata-overlays-'));
  try {
    const composed = components.map((component) => {
      const target = path.join(work, component);
      const from = (...parts: string[]) => path.relative(target, path.join(realpathSync(folder), ...parts));
      mkdirSync(target);
      writeFileSync(
        path.join(target, 'kustomization.yaml'),
        stringify({ resources: [from('overlays', COMPOSABLE)], components: [from('components', component)] }),
      );
      return { name: `${COMPOSABLE} with ${component}`, target };
    });
    const targets = [
      ...overlays.map((name) => ({ name, target: path.join(folder, 'overlays', name) })),
      ...composed,
    ];
    return await Promise.all(
      targets.map(async ({ name, target }) => {
        const { stdout } = await run(kubectl, ['kustomize', target], { maxBuffer: 16 * 1024 * 1024 });
        return { name, objects: parseObjects(stdout) };
      }),
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
