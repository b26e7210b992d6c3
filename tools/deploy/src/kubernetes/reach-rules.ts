/**
 * Who reaches whom, as the policies work together: a connection needs the leave of both ends. Held against what the
 * architecture says, so that a policy that opens too much is found as well as one that opens too little.
 */
import { type INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { ofKind, type Overlay, type PodSet, podSetsOf, selects } from './overlay';

export function findReachProblems(overlay: Overlay): string[] {
  const is = connectionsOf(overlay);
  const wanted = wantedConnections(podSetsOf(overlay).map(roleOf));
  return [
    ...(hasDefault(ofKind(overlay, 'NetworkPolicy')) ? [] : ['no policy denies what none opens']),
    ...is
      .filter((connection) => !wanted.includes(connection))
      .map((connection) => `open, and should not be: ${connection}`),
    ...wanted
      .filter((connection) => !is.includes(connection))
      .map((connection) => `closed, and needed: ${connection}`),
  ];
}

/** For pods that come later, which no other policy knows. */
const hasDefault = (policies: readonly INetworkPolicy[]): boolean =>
  policies.some(
    ({ spec }) =>
      spec !== undefined &&
      Object.keys(spec.podSelector ?? {}).length === 0 &&
      (['Ingress', 'Egress'] as const).every((direction) => spec.policyTypes?.includes(direction)) &&
      (spec.ingress ?? []).length === 0 &&
      (spec.egress ?? []).length === 0,
  );

/** Like `gateway → query-service:8080`. */
type Connection = string;

const SERVICES = ['gateway', 'query-service', 'admin-service', 'ingest-worker'] as const;
const OTHER_NAMESPACES = 'other namespaces';
const ADDRESSES = 'addresses';

/** The stores, and who has their passwords. */
const STORES = [
  { role: 'clickhouse', port: 8123, owners: ['query-service', 'ingest-worker', 'migrate-clickhouse'] },
  { role: 'postgres', port: 5432, owners: ['admin-service', 'migrate-postgres'] },
  { role: 'redis', port: 6379, owners: SERVICES },
] as const;

/** What a cluster of ClickHouse says among itself, and its operator to it. */
const CLUSTERED = [
  'clickhouse → clickhouse:9000',
  'clickhouse → clickhouse:9009',
  'clickhouse → keeper:2181',
  'keeper → keeper:9444',
  `${OTHER_NAMESPACES} → clickhouse:8123`,
  `${OTHER_NAMESPACES} → keeper:2181`,
];

/** A store that is no pod here is reached by its address. */
function wantedConnections(roles: readonly string[]): readonly Connection[] {
  return [
    'gateway → query-service:8080',
    'gateway → admin-service:8080',
    'ingest-worker → admin-service:8080',
    `ingest-worker → ${ADDRESSES}:443`,
    `${OTHER_NAMESPACES} → gateway:8080`,
    ...SERVICES.map((service) => `${OTHER_NAMESPACES} → ${service}:9090`),
    ...roles.map((role) => `${role} → ${OTHER_NAMESPACES}:53`),
    ...STORES.flatMap(({ role, port, owners }) =>
      owners.map((owner) => `${owner} → ${roles.includes(role) ? role : ADDRESSES}:${port}`),
    ),
    ...(roles.includes('keeper') ? CLUSTERED : []),
  ];
}

function roleOf({ owner, labels }: PodSet): string {
  if (owner.kind === 'ClickHouseInstallation') return 'clickhouse';
  if (owner.kind === 'ClickHouseKeeperInstallation') return 'keeper';
  return labels['app.kubernetes.io/name'] ?? '';
}

function connectionsOf(overlay: Overlay): readonly Connection[] {
  const pods = podSetsOf(overlay);
  const policies = ofKind(overlay, 'NetworkPolicy');
  const found = pods.flatMap((to) => [
    ...portsOf(to).flatMap((port) => [
      ...pods
        .filter(
          (from) => allows(policies, 'Egress', from, to, port) && allows(policies, 'Ingress', to, from, port),
        )
        .map((from) => `${roleOf(from)} → ${roleOf(to)}:${port}`),
      ...(allows(policies, 'Ingress', to, OTHER_NAMESPACES, port)
        ? [`${OTHER_NAMESPACES} → ${roleOf(to)}:${port}`]
        : []),
      ...(allows(policies, 'Ingress', to, ADDRESSES, port) ? [`${ADDRESSES} → ${roleOf(to)}:${port}`] : []),
    ]),
    ...[OTHER_NAMESPACES, ADDRESSES].flatMap((far) =>
      farPorts(policies, to, far).map((port) => `${roleOf(to)} → ${far}:${port}`),
    ),
  ]);
  return [...new Set(found)];
}

type Rule = { readonly peers: readonly Peer[] | undefined; readonly ports: readonly (number | string)[] };
type Peer = NonNullable<NonNullable<NonNullable<INetworkPolicy['spec']>['egress']>[number]['to']>[number];

/** The rules for these pods in one direction; null when no policy isolates them, and so everything is open. */
function rulesOf(
  policies: readonly INetworkPolicy[],
  direction: 'Ingress' | 'Egress',
  pods: PodSet,
): Rule[] | null {
  const own = policies.filter(
    ({ spec }) =>
      spec?.policyTypes?.includes(direction) === true && selects(spec.podSelector ?? {}, pods.labels),
  );
  if (own.length === 0) return null;
  return own.flatMap(({ spec }) =>
    direction === 'Ingress'
      ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports: numbersOf(ports) }))
      : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports: numbersOf(ports) })),
  );
}

/** No port is every port. */
const ANY = 'any port';
const numbersOf = (ports: readonly { port?: number | string | undefined }[] = []): (number | string)[] =>
  ports.length === 0 ? [ANY] : ports.map(({ port }) => port ?? ANY);

function allows(
  policies: readonly INetworkPolicy[],
  direction: 'Ingress' | 'Egress',
  pods: PodSet,
  other: PodSet | string,
  port: number,
): boolean {
  const rules = rulesOf(policies, direction, pods);
  if (rules === null) return true;
  return rules.some(
    ({ peers, ports }) =>
      (ports.includes(port) || ports.includes(ANY)) &&
      (peers === undefined || peers.some((peer) => isPeer(peer, other))),
  );
}

function isPeer({ ipBlock, namespaceSelector, podSelector }: Peer, other: PodSet | string): boolean {
  if (typeof other !== 'string') {
    return (
      ipBlock === undefined && namespaceSelector === undefined && selects(podSelector ?? {}, other.labels)
    );
  }
  return other === ADDRESSES ? ipBlock !== undefined : namespaceSelector !== undefined;
}

/** Ports on which these pods may call something that is no pod of the overlay. */
function farPorts(
  policies: readonly INetworkPolicy[],
  pods: PodSet,
  far: string,
): readonly (number | string)[] {
  const rules = rulesOf(policies, 'Egress', pods);
  if (rules === null) return [ANY];
  return rules
    .filter(({ peers }) => peers === undefined || peers.some((peer) => isPeer(peer, far)))
    .flatMap(({ ports }) => ports);
}

const portsOf = ({ spec }: PodSet): number[] =>
  spec.containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
