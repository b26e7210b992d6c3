/** Whatever names something else names something that is there: selectors, targets, ports, accounts. */
import { type IContainer } from 'kubernetes-models/v1/Container';
import {
  type KubeObject,
  type Labels,
  nameOf,
  ofKind,
  type Overlay,
  type PodSet,
  podSetsOf,
  selects,
} from './overlay';

export function findReferenceProblems(overlay: Overlay): string[] {
  const pods = podSetsOf(overlay);
  return [
    ...overlay.objects.flatMap((object) =>
      problemsOf(object, overlay, pods).map((problem) => `${nameOf(object)}: ${problem}`),
    ),
    ...pods.flatMap((set) => podProblems(set, overlay).map((problem) => `${nameOf(set.owner)}: ${problem}`)),
    ...twiceNamed(overlay),
  ];
}

function problemsOf(object: KubeObject, overlay: Overlay, pods: readonly PodSet[]): string[] {
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- the other kinds name nothing
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
      return selects(object.spec?.selector ?? {}, object.spec?.template.metadata?.labels ?? {})
        ? []
        : ['does not select its own pods'];
    case 'Service':
      return (object.spec?.ports ?? []).flatMap(({ targetPort, port }) =>
        portProblems(`port ${port}`, targetPort ?? port, chosen(pods, object.spec?.selector ?? {})),
      );
    case 'PodDisruptionBudget':
      return chosenBy(pods, object.spec?.selector).length > 0 ? [] : ['selects no pod'];
    case 'NetworkPolicy':
      return policyProblems(object, pods);
    case 'HorizontalPodAutoscaler':
      return targetProblems(overlay, object.spec.scaleTargetRef.name);
    case 'ScaledObject':
      return [
        ...targetProblems(overlay, object.spec.scaleTargetRef.name),
        ...object.spec.triggers
          .map(({ authenticationRef }) => authenticationRef?.name)
          .filter((name) => name !== undefined && !isThere(overlay, 'TriggerAuthentication', name))
          .map((name) => `its authentication ${name ?? ''} is not there`),
      ];
    case 'Ingress':
      return (object.spec?.rules ?? []).flatMap(({ http }) =>
        (http?.paths ?? []).flatMap(({ backend }) => {
          const service = ofKind(overlay, 'Service').find(
            ({ metadata }) => metadata?.name === backend.service?.name,
          );
          const ports = (service?.spec?.ports ?? []).flatMap(({ name, port }) => [name, port]);
          const wanted = backend.service?.port?.name ?? backend.service?.port?.number;
          return ports.includes(wanted)
            ? []
            : [`leads to ${backend.service?.name ?? ''}:${wanted ?? ''}, which is not there`];
        }),
      );
    default:
      return [];
  }
}

function policyProblems(
  policy: Extract<KubeObject, { kind: 'NetworkPolicy' }>,
  pods: readonly PodSet[],
): string[] {
  const { podSelector, ingress = [], egress = [] } = policy.spec ?? {};
  const own = chosenBy(pods, podSelector);
  return [
    ...(own.length === 0 ? ['selects no pod'] : []),
    // A port that is opened is one of the pods that listen: its own for what comes in, its peers' for what goes out.
    ...ingress.flatMap(({ ports = [] }) =>
      ports.flatMap(({ port }) => own.flatMap((set) => portProblems('ingress', port, [set]))),
    ),
    ...[...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)]
      // Pods of another namespace are not ours to know.
      .filter(
        ({ podSelector: peer, namespaceSelector }) => peer !== undefined && namespaceSelector === undefined,
      )
      .flatMap(({ podSelector: peer }) =>
        chosenBy(pods, peer).length > 0 ? [] : [`its peer ${JSON.stringify(peer)} is no pod`],
      ),
    ...egress.flatMap(({ to = [], ports = [] }) =>
      to
        .filter(
          ({ podSelector: peer, namespaceSelector }) => peer !== undefined && namespaceSelector === undefined,
        )
        .flatMap(({ podSelector: peer }) =>
          ports.flatMap(({ port }) => portProblems('egress', port, chosenBy(pods, peer))),
        ),
    ),
  ];
}

function podProblems({ owner, spec, labels }: PodSet, overlay: Overlay): string[] {
  const account = spec.serviceAccountName;
  return [
    ...(account !== undefined && !isThere(overlay, 'ServiceAccount', account)
      ? [`its account ${account} is not there`]
      : []),
    ...(owner.kind === 'Deployment' && (spec.topologySpreadConstraints ?? []).length === 0
      ? ['its pods may all be on one node']
      : []),
    ...(spec.topologySpreadConstraints ?? [])
      .filter(({ labelSelector }) => !selects(labelSelector ?? {}, labels))
      .map(({ topologyKey }) => `spreads other pods than its own over ${topologyKey}`),
    ...spec.containers.flatMap(mountProblems(spec.volumes?.map(({ name }) => name) ?? [], owner)),
  ];
}

/** Claims of a StatefulSet and of the operator come with it. */
const mountProblems =
  (volumes: readonly string[], owner: KubeObject) =>
  ({ name, volumeMounts = [] }: IContainer): string[] => {
    if (owner.kind !== 'Deployment' && owner.kind !== 'Job') return [];
    return volumeMounts
      .filter((mount) => !volumes.includes(mount.name))
      .map((mount) => `${name} mounts ${mount.name}, which is no volume of its pod`);
  };

const chosenBy = (
  pods: readonly PodSet[],
  selector: Parameters<typeof selects>[0] | undefined,
): readonly PodSet[] => pods.filter(({ labels }) => selects(selector ?? {}, labels));

const chosen = (pods: readonly PodSet[], matchLabels: Labels): readonly PodSet[] =>
  chosenBy(pods, { matchLabels });

function portProblems(what: string, port: number | string | undefined, pods: readonly PodSet[]): string[] {
  const open = pods.flatMap(({ spec }) =>
    spec.containers.flatMap(({ ports = [] }) =>
      ports.flatMap(({ name, containerPort }) => [name, containerPort]),
    ),
  );
  if (port !== undefined && open.includes(port)) return [];
  return [`${what}: nobody listens on ${String(port)}${pods.length === 0 ? ', for it selects no pod' : ''}`];
}

const targetProblems = (overlay: Overlay, name: string | undefined): string[] =>
  name !== undefined && isThere(overlay, 'Deployment', name) ? [] : [`its target ${name ?? ''} is not there`];

const isThere = (overlay: Overlay, kind: KubeObject['kind'], name: string): boolean =>
  ofKind(overlay, kind).some(({ metadata }) => metadata?.name === name);

function twiceNamed({ objects }: Overlay): string[] {
  const names = objects.map(nameOf);
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`);
}
