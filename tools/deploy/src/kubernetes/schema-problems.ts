/**
 * Objects against the schemas of Kubernetes and KEDA that the packages `kubernetes-models` and `@kubernetes-models/keda`
 * carry: what is required, of which type and in which form. Names that no schema has are `findUnknownFields`.
 */
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import { type KubeObject, nameOf } from './overlay';

interface Model {
  validate(): void;
}
type ModelClass = new (data: never) => Model;

const MODELS: Readonly<Record<string, ModelClass>> = {
  'apps/v1 Deployment': Deployment,
  'apps/v1 StatefulSet': StatefulSet,
  'autoscaling/v2 HorizontalPodAutoscaler': HorizontalPodAutoscaler,
  'batch/v1 Job': Job,
  'keda.sh/v1alpha1 ScaledObject': ScaledObject,
  'keda.sh/v1alpha1 TriggerAuthentication': TriggerAuthentication,
  'networking.k8s.io/v1 Ingress': Ingress,
  'networking.k8s.io/v1 NetworkPolicy': NetworkPolicy,
  'policy/v1 PodDisruptionBudget': PodDisruptionBudget,
  'v1 ConfigMap': ConfigMap,
  'v1 Namespace': Namespace,
  'v1 PersistentVolumeClaim': PersistentVolumeClaim,
  'v1 Service': Service,
  'v1 ServiceAccount': ServiceAccount,
};

/** The operator's kinds are judged by its own definitions: `findCustomProblems`. */
const OPERATED = new Set(['ClickHouseInstallation', 'ClickHouseKeeperInstallation']);

export const isOperated = ({ kind }: KubeObject): boolean => OPERATED.has(kind);

export function findSchemaProblems(objects: readonly KubeObject[]): string[] {
  return objects
    .filter((object) => !isOperated(object))
    .flatMap((object) => {
      const { apiVersion, kind } = object;
      const model = MODELS[`${apiVersion} ${kind}`];
      if (model === undefined) return [`${nameOf(object)}: there is no schema of ${apiVersion} ${kind} here`];
      try {
        new model(object as never).validate();
        return [];
      } catch (error) {
        return [`${nameOf(object)}: ${error instanceof Error ? error.message : String(error)}`];
      }
    });
}
