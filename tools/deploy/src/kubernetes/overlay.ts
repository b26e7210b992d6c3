/** What kustomize builds of an overlay: typed objects, and the pods that come of them. */
import { type IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { type IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { type IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { type IJob } from 'kubernetes-models/batch/v1/Job';
import { type IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { type INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { type IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { type IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { type INamespace } from 'kubernetes-models/v1/Namespace';
import { type IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { type IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { type IService } from 'kubernetes-models/v1/Service';
import { type IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { type IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { type ITriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import { parseAllDocuments } from 'yaml';

/** The operator's objects as far as the rules look at them. */
interface Operated<Group extends string, Kind extends string> {
  readonly apiVersion: Group;
  readonly kind: Kind;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly configuration?: {
      readonly clusters?: readonly {
        readonly name: string;
        readonly layout: { readonly shardsCount?: number; readonly replicasCount?: number };
      }[];
    };
    readonly templates: { readonly podTemplates: readonly { readonly spec: IPodSpec }[] };
  };
}
type ClickHouseInstallation = Operated<'clickhouse.altinity.com/v1', 'ClickHouseInstallation'>;
type KeeperInstallation = Operated<'clickhouse-keeper.altinity.com/v1', 'ClickHouseKeeperInstallation'>;

export type KubeObject =
  | ClickHouseInstallation
  | IConfigMap
  | IDeployment
  | IHorizontalPodAutoscaler
  | IIngress
  | IJob
  | INamespace
  | INetworkPolicy
  | IPersistentVolumeClaim
  | IPodDisruptionBudget
  | IScaledObject
  | IService
  | IServiceAccount
  | IStatefulSet
  | ITriggerAuthentication
  | KeeperInstallation;

export type Kind = KubeObject['kind'];
type OfKind<K extends Kind> = Extract<KubeObject, { kind: K }>;

export interface Overlay {
  readonly name: string;
  readonly objects: readonly KubeObject[];
}

/** Like `Deployment gateway`. */
export const nameOf = (object: KubeObject): string => `${object.kind} ${object.metadata?.name ?? ''}`;

export function ofKind<K extends Kind>({ objects }: Overlay, kind: K): readonly OfKind<K>[] {
  return objects.filter((object): object is OfKind<K> => object.kind === kind);
}

export type Labels = Readonly<Record<string, string>>;

/** Pods that one object makes: all are alike. */
export interface PodSet {
  readonly owner: KubeObject;
  readonly labels: Labels;
  readonly spec: IPodSpec;
}

export function podSetsOf({ objects }: Overlay): readonly PodSet[] {
  return objects.flatMap((owner): readonly PodSet[] => {
    // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- no other kind makes pods
    switch (owner.kind) {
      case 'Deployment':
      case 'StatefulSet':
      case 'Job': {
        const template = owner.spec?.template;
        return template?.spec
          ? [{ owner, labels: template.metadata?.labels ?? {}, spec: template.spec }]
          : [];
      }
      // The operator labels what it makes by the name of the installation.
      case 'ClickHouseInstallation':
      case 'ClickHouseKeeperInstallation': {
        const short = owner.kind === 'ClickHouseInstallation' ? 'chi' : 'chk';
        const group = owner.apiVersion.replace(/\/.*/, '');
        const labels = { [`${group}/${short}`]: owner.metadata.name };
        return owner.spec.templates.podTemplates.map(({ spec }) => ({ owner, labels, spec }));
      }
      default:
        return [];
    }
  });
}

interface Selector {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?:
    | readonly {
        readonly key: string;
        readonly operator: string;
        readonly values?: readonly string[] | undefined;
      }[]
    | undefined;
}

/** An empty selector selects everything. @throws for an operator that no object of ours uses */
export function selects(selector: Selector, labels: Labels): boolean {
  const byLabels = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    byLabels &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`the rules do not know the operator ${operator}`);
      return values.includes(labels[key] ?? '');
    })
  );
}

/** The objects of a text of documents; their shape is what `findSchemaProblems` is for. */
export function parseObjects(text: string): readonly KubeObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}
