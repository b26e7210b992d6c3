import { readFileSync } from 'node:fs';
import path from 'node:path';
import { workspaceRoot } from '@bigdata/stack';
import { parse, stringify } from 'yaml';
import { type DescribedService } from '../services/describe-services';
import { parseComposeFile } from './compose-file';
import { findComposeProblems } from './compose-rules';

const TEXT = readFileSync(path.join(workspaceRoot(), 'docker-compose.yml'), 'utf8');

type Loose = Record<string, Record<string, unknown>>;
interface LooseFile {
  services: Loose;
  networks: Loose;
  secrets: Loose;
}

/** The file as it is, changed by hand. */
const changed = (change: (file: LooseFile) => void) => {
  const file = parse(TEXT, { merge: true }) as LooseFile;
  change(file);
  return parseComposeFile(stringify(file, { aliasDuplicateObjects: false }));
};

/** Settings as the file gives them, so that these tests need no built service. */
const described = (['gateway', 'query-service', 'admin-service', 'ingest-worker'] as const).map(
  (service): DescribedService => [
    service,
    [
      ...Object.keys(parseComposeFile(TEXT).services[service]?.environment ?? {}).map((name) => ({
        env: name.replace(/_FILE$/, ''),
        describe: '',
        fallback: null,
        secret: name.endsWith('_FILE'),
        optional: false,
      })),
      { env: 'STOP_DEADLINE_MS', describe: '', fallback: '25000', secret: false, optional: false },
    ],
  ],
);

const problemsOf = (change: (file: LooseFile) => void): readonly string[] =>
  findComposeProblems({
    compose: changed(change),
    described,
    madeSecrets: Object.keys(parseComposeFile(TEXT).secrets),
    dockerfiles: described.map(([service]) => `deploy/docker/${service}.Dockerfile`),
  });

const set = (service: string, values: Record<string, unknown>) => (file: LooseFile) => {
  Object.assign(file.services[service] ?? {}, values);
};
const setEnvironment = (service: string, values: Record<string, unknown>) => (file: LooseFile) => {
  Object.assign(file.services[service]?.['environment'] as object, values);
};

it('holds for the file as it is', () => {
  expect(problemsOf(() => undefined)).toEqual([]);
});

it.each<[string, (file: LooseFile) => void, string]>([
  ['no memory limit', set('gateway', { mem_limit: undefined }), 'gateway lacks mem_limit'],
  ['no limit of processes', set('redis', { pids_limit: undefined }), 'redis lacks pids_limit'],
  ['capabilities kept', set('postgres', { cap_drop: [] }), 'postgres lacks cap_drop: [ALL]'],
  ['new privileges', set('redis', { security_opt: [] }), 'redis lacks no-new-privileges'],
  ['all privileges', set('clickhouse', { privileged: true }), 'clickhouse lacks no privileged: true'],
  ['a log without end', set('gateway', { logging: undefined }), 'gateway lacks a bound for its log'],
  ['a writable file system', set('gateway', { read_only: false }), 'gateway lacks read_only: true'],
  ['root', set('gateway', { user: 'root' }), 'gateway runs as root or with capabilities'],
  ['a capability', set('gateway', { cap_add: ['NET_ADMIN'] }), 'gateway runs as root or with capabilities'],
  [
    'root within reach',
    set('make-secrets', { network_mode: undefined, networks: ['services'] }),
    'make-secrets runs as root or with capabilities',
  ],
  ['no health check', set('redis', { healthcheck: undefined }), 'redis has no healthcheck'],
  [
    'no time to drain',
    set('gateway', { stop_grace_period: '10s' }),
    'gateway may be killed before it has drained: stop_grace_period 10s',
  ],
  ['a second door', set('postgres', { ports: ['5432:5432'] }), 'postgres publishes 5432:5432'],
  [
    'a tool open to the world',
    set('make-secrets', { ports: ['3000:3000'] }),
    'make-secrets publishes 3000:3000',
  ],
  ['dashboards open to the world', set('grafana', { ports: ['3000:3000'] }), 'grafana publishes 3000:3000'],
  [
    'dashboards with another way out',
    set('grafana', { networks: ['monitoring', 'outside'] }),
    'grafana is on the network outside',
  ],
  [
    'a tool within reach of a store',
    set('prometheus', { networks: ['services', 'monitoring', 'redis'] }),
    'prometheus can reach redis without need',
  ],
  [
    'an open network',
    (file) => (file.networks['redis'] = { internal: false }),
    'the network redis is not internal',
  ],
  [
    'a way out',
    set('admin-service', { networks: ['services', 'postgres', 'redis', 'outside'] }),
    'admin-service is on the network outside',
  ],
  [
    'an unknown network',
    set('gateway', { networks: ['services', 'redis', 'outside', 'dmz'] }),
    'gateway is on the network dmz, which does not exist',
  ],
  [
    'the default network',
    set('migrate-postgres', { networks: [] }),
    'migrate-postgres is on the default network',
  ],
  [
    'a store within reach of others',
    set('gateway', { networks: ['services', 'redis', 'outside', 'postgres'] }),
    'gateway can reach postgres without need',
  ],
  [
    'a store out of reach',
    set('query-service', { networks: ['services', 'redis'] }),
    'query-service cannot reach clickhouse',
  ],
  [
    'an image that moves',
    set('redis', { image: 'redis:latest' }),
    'redis does not pin its image: redis:latest',
  ],
  [
    'an image of something else',
    set('gateway', { build: { dockerfile: 'Dockerfile' } }),
    'gateway does not build its image from deploy/docker/gateway.Dockerfile',
  ],
  [
    'a setting that is missing',
    setEnvironment('gateway', { KEY_PEPPER_FILE: undefined }),
    'gateway is not given KEY_PEPPER',
  ],
  ['a setting that nobody reads', setEnvironment('gateway', { PORT: '1' }), 'gateway does not know PORT'],
  [
    'a secret in the environment',
    setEnvironment('gateway', { KEY_PEPPER: 'p' }),
    'gateway is given KEY_PEPPER in its environment instead of a file',
  ],
  [
    'a secret that is not handed over',
    set('migrate-postgres', { secrets: [] }),
    'migrate-postgres names /run/secrets/database_url without having it',
  ],
  [
    'a secret that is none of its business',
    set('migrate-postgres', { secrets: ['database_url', 'key_pepper'] }),
    'migrate-postgres has the secret key_pepper without naming its file',
  ],
  [
    'a secret that nobody makes',
    (file) => (file.secrets['extra'] = { file: './deploy/secrets/extra' }),
    'make-secrets does not make extra',
  ],
  [
    'a wait for nothing',
    set('gateway', { depends_on: { cache: { condition: 'service_healthy' } } }),
    'gateway waits for cache, which does not exist',
  ],
  [
    'a wait for the start alone',
    set('gateway', { depends_on: { 'admin-service': { condition: 'service_started' } } }),
    'gateway waits for admin-service to be service_started, not service_healthy',
  ],
])('finds %s', (_what, change, problem) => {
  expect(problemsOf(change)).toContain(problem);
});
