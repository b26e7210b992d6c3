/**
 * The objects of an overlay for tests of the rules, put together from the files without kubectl: resources, generated
 * ConfigMaps and image tags, which is what the overlays use of kustomize besides patches. What is applied is built by
 * kustomize and judged by `npm run check:deploy`.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { workspaceRoot } from '@bigdata/stack';
import { parse } from 'yaml';
import { type KubeObject, nameOf, type Overlay, parseObjects, podSetsOf } from '../overlay';

interface Kustomization {
  readonly resources?: readonly string[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly literals?: readonly string[] }[];
  readonly images?: readonly { readonly name: string; readonly newTag: string }[];
}

const OVERLAYS = path.join(workspaceRoot(), 'deploy', 'k8s', 'overlays');

/** The overlay after `change`, which may do to its objects what it likes. */
export function assembleOverlay(
  name: 'single' | 'cluster',
  change: (find: FindObject, objects: Loose[]) => void = () => undefined,
): Overlay {
  const objects = merged(load(path.join(OVERLAYS, name)))
    // As its patch does: one pod of each service there.
    .filter(({ kind }) => name === 'cluster' || kind !== 'HorizontalPodAutoscaler');
  const loose = objects as unknown as Loose[];
  change((wanted) => {
    const found = objects.findIndex((object) => nameOf(object) === wanted);
    if (found === -1) throw new Error(`there is no ${wanted}`);
    return loose[found];
  }, loose);
  return { name, objects };
}

/** Objects are changed in ways that their types forbid. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a broken object has no type
export type Loose = any;
export type FindObject = (name: string) => Loose;

function load(folder: string): KubeObject[] {
  const kustomization = parse(readFileSync(path.join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
  const objects = (kustomization.resources ?? []).flatMap((resource) => {
    const place = path.join(folder, resource);
    return statSync(place).isDirectory() ? load(place) : parseObjects(readFileSync(place, 'utf8'));
  });
  const configMaps = (kustomization.configMapGenerator ?? []).map(({ name, literals = [] }): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: Object.fromEntries(literals.map((literal) => literal.split(/=(.*)/s).slice(0, 2))) as Record<
      string,
      string
    >,
  }));
  const all = [...objects, ...configMaps];
  for (const { spec } of podSetsOf({ name: folder, objects: all })) {
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
      const image = (kustomization.images ?? []).find(({ name }) => name === container.image);
      if (image) container.image = `${image.name}:${image.newTag}`;
    }
  }
  return all;
}

/** An overlay's literals over the base's. */
function merged(objects: readonly KubeObject[]): KubeObject[] {
  const byName = new Map<string, KubeObject>();
  for (const object of objects) {
    const before = byName.get(nameOf(object));
    byName.set(
      nameOf(object),
      before?.kind === 'ConfigMap' && object.kind === 'ConfigMap'
        ? { ...before, data: { ...before.data, ...object.data } }
        : object,
    );
  }
  return [...byName.values()];
}
