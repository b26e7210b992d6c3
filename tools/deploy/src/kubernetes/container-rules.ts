/** Every container is bounded, unprivileged, probed where it serves, and from a release that is named. */
import { type IContainer } from 'kubernetes-models/v1/Container';
import { nameOf, type Overlay, type PodSet, podSetsOf } from './overlay';

/** Images of ours; they are named without a registry, which `images` of a kustomization gives. */
export const OWN_IMAGES = 'bigdata-api/';

export interface ContainerFacts {
  /** Of the release, which our images are tagged with. */
  readonly version: string;
  /** The images of the stores in docker-compose.yml: one box and one cluster run the same ones. */
  readonly composeImages: readonly string[];
}

export function findContainerProblems(overlay: Overlay, facts: ContainerFacts): string[] {
  return podSetsOf(overlay).flatMap((pods) => {
    const owner = nameOf(pods.owner);
    return [
      ...podProblems(pods).map((problem) => `${owner}: ${problem}`),
      ...allContainers(pods).flatMap((container) =>
        [
          ...boundProblems(container),
          ...privilegeProblems(container),
          ...imageProblems(container, facts),
          ...(isServing(pods, container) ? probeProblems(container) : []),
        ].map((problem) => `${owner}, ${container.name}: ${problem}`),
      ),
    ];
  });
}

const allContainers = ({ spec }: PodSet): readonly IContainer[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
];

/** A Job ends by itself; the pods of the operator get its own probes. */
const isServing = ({ owner, spec }: PodSet, container: IContainer): boolean =>
  (owner.kind === 'Deployment' || owner.kind === 'StatefulSet') && spec.containers.includes(container);

function podProblems({ spec }: PodSet): string[] {
  const { securityContext: security } = spec;
  return told([
    [spec.automountServiceAccountToken !== false, 'mounts a token of the API server'],
    [spec.enableServiceLinks !== false, 'gets an environment variable for every service of the namespace'],
    [security?.runAsNonRoot !== true || (security.runAsUser ?? 0) === 0, 'may run as root'],
    [security?.seccompProfile?.type !== 'RuntimeDefault', 'runs without the seccomp profile'],
    [
      spec.hostNetwork === true || spec.hostPID === true || spec.hostIPC === true,
      'shares a namespace with its node',
    ],
    ...(spec.volumes ?? []).flatMap(({ name, emptyDir, hostPath }): [boolean, string][] => [
      [hostPath !== undefined, `volume ${name} is a folder of the node`],
      [emptyDir !== undefined && emptyDir.sizeLimit === undefined, `volume ${name} has no limit`],
    ]),
  ]);
}

const boundProblems = ({ resources }: IContainer): string[] =>
  (['requests', 'limits'] as const).flatMap((bound) =>
    ['cpu', 'memory']
      .filter((resource) => resources?.[bound]?.[resource] === undefined)
      .map((resource) => `has no ${resource} ${bound}`),
  );

function privilegeProblems({ securityContext: security }: IContainer): string[] {
  return told([
    [security?.readOnlyRootFilesystem !== true, 'may write to its root file system'],
    [security?.allowPrivilegeEscalation !== false, 'may gain privileges'],
    [security?.privileged === true, 'is privileged'],
    [security?.capabilities?.drop?.includes('ALL') !== true, 'keeps capabilities'],
    [(security?.capabilities?.add ?? []).length > 0, 'adds capabilities'],
  ]);
}

function imageProblems({ image = '' }: IContainer, { version, composeImages }: ContainerFacts): string[] {
  const [name = '', tag] = image.split(':');
  if (name.startsWith(OWN_IMAGES)) {
    return told([[tag !== version, `runs ${image}, and this release is ${version}`]]);
  }
  // The keeper comes in an image of its own, of the server's release.
  const beside = image.replace('clickhouse-keeper', 'clickhouse-server');
  return told([
    [!/^\d/.test(tag ?? ''), `runs ${image}, which names no release`],
    [!composeImages.includes(beside), `runs ${image}, and docker-compose.yml ${composeImages.join(', ')}`],
  ]);
}

function probeProblems(container: IContainer): string[] {
  const ports = (container.ports ?? []).flatMap(({ name, containerPort }) => [name, containerPort]);
  return (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((name) => {
    const probe = container[name];
    if (!probe) return [`has no ${name}`];
    const port = probe.httpGet?.port;
    return told([
      [port !== undefined && !ports.includes(port), `${name} asks port ${String(port)}, which it has not`],
    ]);
  });
}

/** The texts of what is so. */
const told = (findings: readonly (readonly [boolean, string])[]): string[] =>
  findings.filter(([isSo]) => isSo).map(([, text]) => text);
