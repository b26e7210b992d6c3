import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Check, type DeployContext, judged, leftOut, type Outcome } from '../check';
import { describeServices } from '../services/describe-services';
import { buildOverlays } from './build-overlays';
import { findClusterProblems } from './cluster-rules';
import { findContainerProblems } from './container-rules';
import { findCustomProblems, parseCustomSchemas } from './custom-problems';
import { findKubectl } from './kubectl';
import { type Overlay } from './overlay';
import { findReachProblems } from './reach-rules';
import { readSecrets } from './read-secrets';
import { findReferenceProblems } from './reference-rules';
import { readReleaseFacts } from './release-facts';
import { findScalingProblems } from './scaling-rules';
import { findSchemaProblems, isOperated } from './schema-problems';
import { findSettingProblems } from './setting-rules';
import { findUnknownFields } from './unknown-fields';

/** Names a file with the definitions of the ClickHouse operator, which is no part of the repository. */
const DEFINITIONS = 'CLICKHOUSE_OPERATOR_CRDS';

export function createKubernetesChecks(context: DeployContext): readonly Check[] {
  const { root, env } = context;
  const folder = path.join(root, 'deploy', 'k8s');
  const kubectl = once(() => findKubectl(env));
  const overlays = once(async () => buildOverlays(await kubectl(), folder));
  const onOverlays = async (judge: (overlays: readonly Overlay[]) => Promise<Outcome> | Outcome) => {
    try {
      await kubectl();
    } catch (error) {
      return leftOut(error instanceof Error ? error.message : String(error));
    }
    return judge(await overlays());
  };
  return [
    {
      name: 'kubernetes',
      about: 'every overlay builds, and bounds, isolates and configures every pod as it should',
      run: () =>
        onOverlays(async (built) => {
          const facts = {
            ...readReleaseFacts(root),
            described: describeServices(root),
            secrets: await readSecrets(await kubectl(), context),
          };
          return judged(
            built.flatMap((overlay) =>
              [
                ...findContainerProblems(overlay, facts),
                ...findSettingProblems(overlay, facts),
                ...findReferenceProblems(overlay),
                ...findReachProblems(overlay),
                ...findScalingProblems(overlay),
                ...findClusterProblems(overlay),
              ].map((problem) => `${overlay.name}: ${problem}`),
            ),
            ...built.map(({ name, objects }) => `${name}: ${objects.length} objects`),
          );
        }),
    },
    {
      name: 'kubernetes-schemas',
      about:
        'every object is what the schemas of Kubernetes and KEDA say, with no field that they do not have',
      run: () =>
        onOverlays((built) => {
          const objects = distinct(built);
          return judged(
            [...findSchemaProblems(objects), ...findUnknownFields(objects, root)],
            `${objects.filter((object) => !isOperated(object)).length} objects`,
          );
        }),
    },
    {
      name: 'kubernetes-operator',
      about: 'the objects of the ClickHouse operator are what its definitions say',
      run: () => {
        const file = env[DEFINITIONS];
        if (file === undefined) {
          return Promise.resolve(
            leftOut(`the definitions are no part of this repository: name a file of them in ${DEFINITIONS}`),
          );
        }
        if (!existsSync(file)) return Promise.resolve(judged([`${file} is not there`]));
        const schemas = parseCustomSchemas(readFileSync(file, 'utf8'));
        return onOverlays((built) => {
          const objects = distinct(built).filter(isOperated);
          return judged(findCustomProblems(objects, schemas), `${objects.length} objects`);
        });
      },
    },
  ];
}

/** Overlays share most of their objects. */
const distinct = (overlays: readonly Overlay[]) => [
  ...new Map(
    overlays.flatMap(({ objects }) => objects).map((object) => [JSON.stringify(object), object]),
  ).values(),
];

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
