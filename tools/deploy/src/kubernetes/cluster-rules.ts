/** Services have to know of a cluster: without that, each of its servers would hold records that the others do not know. */
import { ofKind, type Overlay } from './overlay';

const SETTING = 'CLICKHOUSE_CLUSTER';

export function findClusterProblems(overlay: Overlay): string[] {
  const named = ofKind(overlay, 'ConfigMap').flatMap(({ data = {} }) => {
    const name = data[SETTING];
    return name === undefined ? [] : [name];
  });
  const clusters = ofKind(overlay, 'ClickHouseInstallation').flatMap(
    ({ spec }) => spec.configuration?.clusters ?? [],
  );
  const large = clusters.filter(
    ({ layout: { shardsCount = 1, replicasCount = 1 } }) => shardsCount * replicasCount > 1,
  );
  return [
    ...large
      .filter(({ name }) => !named.includes(name))
      .map(({ name }) => `${SETTING} is not ${name}, a cluster of several servers`),
    ...named
      .filter((name) => !clusters.some((cluster) => cluster.name === name))
      .map((name) => `${SETTING} is ${name}, which is no cluster of an installation`),
  ];
}
