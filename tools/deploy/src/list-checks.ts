import { type Check, type DeployContext } from './check';
import { createClickHouseClusterCheck } from './clickhouse-cluster/check-clickhouse-cluster';
import { createComposeCheck } from './compose/check-compose';
import { createDockerfilesCheck } from './dockerfiles/check-dockerfiles';
import { createImagesCheck } from './images/check-images';
import { createKubernetesChecks } from './kubernetes/check-kubernetes';
import { createMonitoringCheck } from './monitoring/check-monitoring';
import { createPoolerCheck } from './pooler/check-pooler';
import { createSupplyChainChecks } from './supply-chain/check-supply-chain';

/** Every check of `npm run check:deploy`, the quick ones first. */
export function listChecks(context: DeployContext): readonly Check[] {
  return [
    createComposeCheck(context),
    createDockerfilesCheck(context),
    ...createSupplyChainChecks(context),
    ...createKubernetesChecks(context),
    createMonitoringCheck(context),
    createClickHouseClusterCheck(context),
    createPoolerCheck(context),
    createImagesCheck(context),
  ];
}
