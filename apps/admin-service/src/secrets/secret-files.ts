/**
 * The secrets of a deployment, one file each, under the names by which docker-compose.yml and Kubernetes hand them to
 * containers. The URLs and redis_conf hold the passwords beside them, because a driver takes one URL and Redis one file.
 */
import { generateApiKey } from '@bigdata/models';

/** Texts by file name. */
export type SecretFiles = Readonly<Record<string, string>>;

const SECRET_BYTES = 32;
const STORES = ['postgres', 'clickhouse', 'redis'] as const;
const KEYS = ['service_identity_secret', 'key_pepper', 'erasure_key', 'cursor_secret'] as const;

/**
 * @param present what is there already: it is never made anew, because data is sealed with it
 * @returns the files that are missing
 */
export function missingSecrets(present: SecretFiles, randomBytes: (size: number) => Uint8Array): SecretFiles {
  const newSecret = () => Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url');
  const fresh = {
    ...Object.fromEntries(KEYS.map((name) => [name, newSecret()])),
    ...Object.fromEntries(STORES.map((store) => [`${store}_password`, newSecret()])),
    grafana_password: newSecret(),
    admin_api_key: generateApiKey(randomBytes).apiKey,
    // None, until the sources of loads lie in an S3 store.
    s3_secret_access_key: '',
  };
  const passwords: SecretFiles = { ...fresh, ...present };
  const of = (store: (typeof STORES)[number]) => encodeURIComponent(passwords[`${store}_password`] ?? '');
  const wanted: SecretFiles = {
    ...fresh,
    database_url: `postgres://bigdata:${of('postgres')}@postgres:5432/bigdata`,
    clickhouse_url: `http://bigdata:${of('clickhouse')}@clickhouse:8123`,
    redis_url: `redis://:${of('redis')}@redis:6379`,
    redis_conf: `requirepass ${JSON.stringify(passwords['redis_password'])}`,
  };
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => present[name] === undefined));
}
