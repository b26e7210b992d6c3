/** What has to hold of docker-compose.yml. Each rule gives a line for whatever breaks it; none: it holds. */
import { type DescribedService } from '../services/describe-services';
import { type ComposeFile, type ComposeService } from './compose-file';

export interface ComposeFacts {
  readonly compose: ComposeFile;
  /** What the services read. */
  readonly described: readonly DescribedService[];
  /** Names of the files that make-secrets makes. */
  readonly madeSecrets: readonly string[];
  /** Dockerfiles that are there, from the root. */
  readonly dockerfiles: readonly string[];
}

type Rule = (facts: ComposeFacts) => readonly string[];
type Entry = readonly [name: string, service: ComposeService];

const OWN_IMAGE = 'bigdata-api/';
const SECRETS_DIR = '/run/secrets/';
/** Networks with a way out, and who alone may be on them. */
const WAYS_OUT: Readonly<Record<string, readonly string[]>> = {
  outside: ['gateway'],
  sources: ['ingest-worker'],
  desk: ['grafana'],
};
/** The settings that open a store, and so tell who shares a network with it. */
const STORE_URLS = { clickhouse: 'CLICKHOUSE_URL', postgres: 'DATABASE_URL', redis: 'REDIS_URL' } as const;

export function findComposeProblems(facts: ComposeFacts): readonly string[] {
  return RULES.flatMap((rule) => rule(facts));
}

const entries = ({ compose }: ComposeFacts): readonly Entry[] => Object.entries(compose.services);
const isOurs = ([, { image }]: Entry): boolean => image.startsWith(OWN_IMAGE);
const inProfile = ([, { profiles }]: Entry): boolean => profiles.length > 0;

/** What a container may use of its host. */
const isolation: Rule = (facts) =>
  entries(facts).flatMap((entry) => {
    const [name, service] = entry;
    const missing = [
      ['mem_limit', service.mem_limit !== undefined],
      ['pids_limit', service.pids_limit !== undefined],
      ['cap_drop: [ALL]', service.cap_drop.includes('ALL')],
      ['no-new-privileges', service.security_opt.includes('no-new-privileges:true')],
      ['no privileged: true', !service.privileged],
      ['a bound for its log', service.logging?.options['max-size'] !== undefined],
      ['read_only: true', !isOurs(entry) || service.read_only],
    ].flatMap(([what, holds]) => (holds === true ? [] : [`${name} lacks ${String(what)}`]));
    const isRoot = /^(0|root)(:|$)/.test(service.user ?? '');
    const strong = isOurs(entry) && (isRoot || service.cap_add.length > 0);
    // A command for the setup of the host may be root, when nothing can reach it.
    const setup = inProfile(entry) && service.network_mode === 'none';
    return strong && !setup ? [...missing, `${name} runs as root or with capabilities`] : missing;
  });

/** Everything that goes on running says whether it is well, and is given the time to stop. */
const longRunning: Rule = (facts) =>
  entries(facts)
    .filter(([, { restart }]) => restart !== undefined)
    .flatMap(([name, { healthcheck, stop_grace_period: grace }]) => [
      ...(healthcheck ? [] : [`${name} has no healthcheck`]),
      ...(grace === undefined || secondsOf(grace) <= drainSeconds(facts)
        ? [`${name} may be killed before it has drained: stop_grace_period ${grace ?? 'is missing'}`]
        : []),
    ]);

/** Only the gateway can be reached; what comes with a profile at most from the host itself. */
const publicDoor: Rule = (facts) =>
  entries(facts).flatMap((entry) =>
    entry[1].ports
      .filter((port) => !(inProfile(entry) ? port.startsWith('127.0.0.1:') : entry[0] === 'gateway'))
      .map((port) => `${entry[0]} publishes ${port}`),
  );

const waysOut: Rule = (facts) => {
  const open = Object.entries(facts.compose.networks).filter(([, network]) => network?.internal !== true);
  return [
    ...open
      .filter(([network]) => !(network in WAYS_OUT))
      .map(([network]) => `the network ${network} is not internal`),
    ...entries(facts).flatMap(([name, { networks, network_mode: mode }]) => [
      ...networks
        .filter((network) => !(network in facts.compose.networks))
        .map((network) => `${name} is on the network ${network}, which does not exist`),
      ...networks
        .filter((network) => WAYS_OUT[network]?.includes(name) === false)
        .map((network) => `${name} is on the network ${network}`),
      ...(networks.length === 0 && mode !== 'none' ? [`${name} is on the default network`] : []),
    ]),
  ];
};

/** A store shares a network with those alone that hold its URL, and with all of them. */
const storeNeighbours: Rule = (facts) =>
  Object.entries(STORE_URLS).flatMap(([store, url]) => {
    const own = facts.compose.services[store]?.networks ?? [];
    return entries(facts)
      .filter(([name]) => name !== store)
      .flatMap(([name, { networks, environment }]) => {
        const holds = url in environment || `${url}_FILE` in environment;
        const near = networks.some((network) => own.includes(network));
        if (holds === near) return [];
        return [near ? `${name} can reach ${store} without need` : `${name} cannot reach ${store}`];
      });
  });

const images: Rule = (facts) =>
  entries(facts).flatMap((entry) => {
    const [name, { image, build }] = entry;
    if (!isOurs(entry)) {
      return /(:v?\d|@sha256:)/.test(image) ? [] : [`${name} does not pin its image: ${image}`];
    }
    const service = image.replace(OWN_IMAGE, '').replace(/:.*/, '');
    const wanted = `deploy/docker/${service}.Dockerfile`;
    if (build?.dockerfile !== wanted) return [`${name} does not build its image from ${wanted}`];
    return facts.dockerfiles.includes(wanted) ? [] : [`${wanted} is missing`];
  });

const settings: Rule = ({ compose, described }) =>
  described.flatMap(([service, own]) => {
    const given = Object.keys(compose.services[service]?.environment ?? {});
    const known = own.flatMap(({ env, secret }) => (secret ? [env, `${env}_FILE`] : [env]));
    return [
      ...own
        .filter(({ fallback, optional }) => fallback === null && !optional)
        .filter(({ env }) => !given.includes(env) && !given.includes(`${env}_FILE`))
        .map(({ env }) => `${service} is not given ${env}`),
      ...own
        .filter(({ env, secret }) => secret && given.includes(env))
        .map(({ env }) => `${service} is given ${env} in its environment instead of a file`),
      ...given.filter((name) => !known.includes(name)).map((name) => `${service} does not know ${name}`),
    ];
  });

/** Who names a secret's file has the secret, who has it names it, and make-secrets makes it. */
const secretFiles: Rule = (facts) => {
  const { compose, madeSecrets } = facts;
  const declared = Object.keys(compose.secrets);
  const used = new Set(entries(facts).flatMap(([, { secrets }]) => secrets));
  return [
    ...entries(facts).flatMap(([name, service]) => {
      const named = namedSecrets(service);
      return [
        ...named
          .filter((secret) => !service.secrets.includes(secret))
          .map((secret) => `${name} names ${SECRETS_DIR}${secret} without having it`),
        ...service.secrets
          .filter((secret) => !named.includes(secret))
          .map((secret) => `${name} has the secret ${secret} without naming its file`),
        ...service.secrets
          .filter((secret) => !declared.includes(secret))
          .map((secret) => `${name} has the secret ${secret}, which is not declared`),
      ];
    }),
    ...declared.filter((secret) => !used.has(secret)).map((secret) => `nobody uses the secret ${secret}`),
    ...declared
      .filter((secret) => !madeSecrets.includes(secret))
      .map((secret) => `make-secrets does not make ${secret}`),
    ...Object.entries(compose.secrets)
      .filter(([secret, { file }]) => !file.endsWith(`/${secret}`))
      .map(([secret, { file }]) => `the secret ${secret} lies in ${file}`),
  ];
};

/** Nothing waits for what is not there, or for a verdict that nobody gives. */
const dependencies: Rule = (facts) =>
  entries(facts).flatMap(([name, { depends_on: needs }]) =>
    Object.entries(needs).flatMap(([other, { condition }]) => {
      const service = facts.compose.services[other];
      if (!service) return [`${name} waits for ${other}, which does not exist`];
      const ends = service.restart === undefined;
      const wanted = ends ? 'service_completed_successfully' : 'service_healthy';
      return condition === wanted ? [] : [`${name} waits for ${other} to be ${condition}, not ${wanted}`];
    }),
  );

const RULES: readonly Rule[] = [
  isolation,
  longRunning,
  publicDoor,
  waysOut,
  storeNeighbours,
  images,
  settings,
  secretFiles,
  dependencies,
];

/** Secrets whose file the service is told of, in a setting, in its command or by its health check. */
function namedSecrets({ environment, command, healthcheck }: ComposeService): readonly string[] {
  const texts = [...Object.values(environment), ...command, ...(healthcheck?.test ?? [])];
  return texts.flatMap((text) => [...text.matchAll(/\/run\/secrets\/(\w+)/g)].map((match) => match[1] ?? ''));
}

/** The longest that any of the services drains. */
function drainSeconds({ described }: ComposeFacts): number {
  const all = described.flatMap(([, own]) => own).filter(({ env }) => env === 'STOP_DEADLINE_MS');
  return Math.max(...all.map(({ fallback }) => Number(fallback))) / 1_000;
}

function secondsOf(duration: string): number {
  const match = /^(\d+)(s|m)$/.exec(duration);
  return match ? Number(match[1]) * (match[2] === 'm' ? 60 : 1) : Number.NaN;
}
