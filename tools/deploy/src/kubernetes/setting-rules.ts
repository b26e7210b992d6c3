/** The services find what they read: known settings, required ones, secrets that somebody makes, figures that agree. */
import { type SettingDescription } from '@bigdata/platform';
import { type IContainer } from 'kubernetes-models/v1/Container';
import { OWN_IMAGES } from './container-rules';
import { nameOf, ofKind, type Overlay, type PodSet, podSetsOf } from './overlay';

export interface SettingFacts {
  /** What each service says that it reads. */
  readonly described: readonly (readonly [service: string, settings: readonly SettingDescription[]])[];
  /** Keys of each Secret that deploy/k8s/create-secrets.sh makes. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
}

export function findSettingProblems(overlay: Overlay, { described, secrets }: SettingFacts): string[] {
  const configMaps = new Map(
    ofKind(overlay, 'ConfigMap').map(({ metadata, data }) => [metadata?.name, data ?? {}]),
  );
  return [
    ...podSetsOf(overlay).flatMap((pods) =>
      [...(pods.spec.initContainers ?? []), ...pods.spec.containers].flatMap((container) =>
        [
          ...referenceProblems(container, configMaps, secrets),
          ...serviceProblems(pods, container, readSettings(container, configMaps), described),
        ].map((problem) => `${nameOf(pods.owner)}, ${container.name}: ${problem}`),
      ),
    ),
    ...volumeProblems(overlay, configMaps, secrets),
    ...triggerProblems(overlay, secrets),
    ...gatewayProcessProblems(overlay, configMaps),
  ];
}

type ConfigMaps = ReadonlyMap<string | undefined, Readonly<Record<string, string>>>;
/** Null: the value is in a Secret. */
type Settings = Readonly<Record<string, string | null>>;

const readSettings = ({ env = [], envFrom = [] }: IContainer, configMaps: ConfigMaps): Settings => ({
  ...Object.fromEntries(
    envFrom.flatMap(({ configMapRef }) => Object.entries(configMaps.get(configMapRef?.name) ?? {})),
  ),
  ...Object.fromEntries(env.map(({ name, value }) => [name, value ?? null])),
});

function referenceProblems(
  { env = [], envFrom = [] }: IContainer,
  configMaps: ConfigMaps,
  secrets: SettingFacts['secrets'],
): string[] {
  return [
    ...envFrom
      .map(({ configMapRef }) => configMapRef?.name)
      .filter((name) => !configMaps.has(name))
      .map((name) => `reads ConfigMap ${name ?? ''}, which is not there`),
    ...env.flatMap(({ name, value, valueFrom }) => {
      const from = valueFrom?.secretKeyRef;
      if (!from)
        return isSecret(name) && value !== undefined
          ? [`${name} is written out, instead of in a Secret`]
          : [];
      return missingKey(secrets, from.name ?? '', from.key).map((problem) => `${name}: ${problem}`);
    }),
  ];
}

const isSecret = (name: string): boolean => /PASSWORD|SECRET|PEPPER|_KEY$/.test(name);

const missingKey = (secrets: SettingFacts['secrets'], name: string, key: string): string[] =>
  secrets[name]?.includes(key) === true ? [] : [`nobody makes a Secret ${name} with ${key}`];

/** A container of ours against what its service reads; a one-shot command reads less than the service. */
function serviceProblems(
  { spec }: PodSet,
  { image = '', args, ports = [], resources, lifecycle }: IContainer,
  settings: Settings,
  described: SettingFacts['described'],
): string[] {
  if (!image.startsWith(OWN_IMAGES)) return [];
  const service = image.slice(OWN_IMAGES.length).split(':')[0] ?? '';
  const own = described.find(([name]) => name === service)?.[1];
  if (!own) return [`runs ${image}, which is no service`];
  const known = own.map(({ env }) => env);
  const unknown = Object.keys(settings).filter((name) => !known.includes(name));
  const problems = unknown.map((name) => `${name} is no setting of ${service}`);
  for (const { env, secret } of own) {
    if (secret && typeof settings[env] === 'string')
      problems.push(`${env} is a secret, and stands in a ConfigMap`);
  }
  if (args !== undefined) return problems;

  const required = own.filter(({ fallback, optional }) => fallback === null && !optional);
  for (const { env } of required) if (!(env in settings)) problems.push(`${env} is required, and not given`);
  const valueOf = (name: string) => settings[name] ?? own.find(({ env }) => env === name)?.fallback ?? '';
  const portOf = (wanted: string) => String(ports.find(({ name }) => name === wanted)?.containerPort ?? '');
  if (valueOf('HTTP_HOST') !== '0.0.0.0') problems.push('HTTP_HOST lets nobody else in');
  if (valueOf('INTERNAL_PORT') !== portOf('internal'))
    problems.push('INTERNAL_PORT is not its port internal');
  if (known.includes('HTTP_PORT') && valueOf('HTTP_PORT') !== portOf('http')) {
    problems.push('HTTP_PORT is not its port http');
  }
  const stopS = Number(valueOf('STOP_DEADLINE_MS')) / 1_000 + (lifecycle?.preStop?.sleep?.seconds ?? 0);
  if (stopS >= (spec.terminationGracePeriodSeconds ?? 30)) {
    problems.push(`takes up to ${stopS} s to stop, and is killed before`);
  }
  const cpus = String(resources?.limits?.['cpu'] ?? '');
  if (known.includes('INGEST_THREADS') && valueOf('INGEST_THREADS') !== cpus) {
    problems.push(`has ${valueOf('INGEST_THREADS')} threads on ${cpus} processors`);
  }
  return problems;
}

/** What pods mount is there: ConfigMaps, Secrets and claims. */
function volumeProblems(
  overlay: Overlay,
  configMaps: ConfigMaps,
  secrets: SettingFacts['secrets'],
): string[] {
  const claims = ofKind(overlay, 'PersistentVolumeClaim').map(({ metadata }) => metadata?.name);
  return podSetsOf(overlay).flatMap(({ owner, spec }) =>
    (spec.volumes ?? [])
      .flatMap(({ configMap, secret, persistentVolumeClaim }) => [
        ...(configMap && !configMaps.has(configMap.name)
          ? [`mounts ConfigMap ${configMap.name ?? ''}, which is not there`]
          : []),
        ...(secret
          ? (secret.items ?? []).flatMap(({ key }) => missingKey(secrets, secret.secretName ?? '', key))
          : []),
        ...(persistentVolumeClaim && !claims.includes(persistentVolumeClaim.claimName)
          ? [`mounts claim ${persistentVolumeClaim.claimName}, which is not there`]
          : []),
      ])
      .map((problem) => `${nameOf(owner)}: ${problem}`),
  );
}

const triggerProblems = (overlay: Overlay, secrets: SettingFacts['secrets']): string[] =>
  ofKind(overlay, 'TriggerAuthentication').flatMap((authentication) =>
    (authentication.spec.secretTargetRef ?? []).flatMap(({ name, key }) =>
      missingKey(secrets, name, key).map((problem) => `${nameOf(authentication)}: ${problem}`),
    ),
  );

/** While Redis is away, each process admits its part of every limit: a number too small would let more through. */
function gatewayProcessProblems(overlay: Overlay, configMaps: ConfigMaps): string[] {
  return ofKind(overlay, 'Deployment')
    .filter(({ metadata }) => metadata?.name === 'gateway')
    .flatMap(({ spec }) => {
      const most =
        ofKind(overlay, 'HorizontalPodAutoscaler').find(
          (scaler) => scaler.spec.scaleTargetRef.name === 'gateway',
        )?.spec.maxReplicas ??
        spec?.replicas ??
        1;
      const [container] = spec?.template.spec?.containers ?? [];
      const told = container ? readSettings(container, configMaps)['GATEWAY_PROCESSES_TOTAL'] : null;
      return told === String(most)
        ? []
        : [`Deployment gateway: GATEWAY_PROCESSES_TOTAL is ${told ?? 'not set'}, and there may be ${most}`];
    });
}
