/** Pods may be taken away one at a time and never all at once; one scaler decides about each Deployment. */
import { nameOf, ofKind, type Overlay, selects } from './overlay';

export function findScalingProblems(overlay: Overlay): string[] {
  const budgets = ofKind(overlay, 'PodDisruptionBudget');
  return ofKind(overlay, 'Deployment').flatMap((deployment) => {
    const name = deployment.metadata?.name;
    const scalers = [
      ...ofKind(overlay, 'HorizontalPodAutoscaler')
        .filter(({ spec }) => spec.scaleTargetRef.name === name)
        .map(({ spec }) => ({ least: spec.minReplicas ?? 1, most: spec.maxReplicas })),
      ...ofKind(overlay, 'ScaledObject')
        .filter(({ spec }) => spec.scaleTargetRef.name === name)
        .map(({ spec }) => ({ least: spec.minReplicaCount ?? 0, most: spec.maxReplicaCount ?? 100 })),
    ];
    const least = scalers[0]?.least ?? deployment.spec?.replicas ?? 1;
    const own = budgets.filter(({ spec }) =>
      selects(spec?.selector ?? {}, deployment.spec?.template.metadata?.labels ?? {}),
    );
    return [
      ...(scalers.length > 1 ? ['two scalers decide about it'] : []),
      ...scalers
        .filter(({ least: low, most }) => low < 1 || low > most)
        .map(() => 'may be scaled to nothing'),
      // What an apply sets the autoscaler would undo, and the next apply would set again.
      ...(scalers.length > 0 && deployment.spec?.replicas !== undefined
        ? ['sets replicas beside its scaler']
        : []),
      ...(own.length === 1 ? [] : [`has ${own.length} budgets for disruptions`]),
      ...own.flatMap(({ spec }) => {
        const removable = removableOf(spec ?? {}, least);
        if (removable < 1) return [`none of its ${least} pods may ever be moved`];
        return least > 1 && removable >= least ? [`all of its ${least} pods may be moved at once`] : [];
      }),
    ].map((problem) => `${nameOf(deployment)}: ${problem}`);
  });
}

interface Budget {
  readonly minAvailable?: number | string | undefined;
  readonly maxUnavailable?: number | string | undefined;
}

/** How many of so many pods may be away, at most. Percentages are rounded up, as Kubernetes does. */
function removableOf({ minAvailable, maxUnavailable }: Budget, pods: number): number {
  const count = (bound: number | string): number =>
    typeof bound === 'number' ? bound : Math.ceil((pods * Number(bound.replace('%', ''))) / 100);
  if (maxUnavailable !== undefined) return count(maxUnavailable);
  return minAvailable === undefined ? 0 : pods - count(minAvailable);
}
