/** Everything that can be set from outside. */
import { boolean, integer, list, optional, ratio, secret, secretUrl, text, url } from '@bigdata/platform';
import { queueSettings } from '@bigdata/queue';

export const schemaSettings = {
  clickhouseDatabase: text('CLICKHOUSE_DATABASE', 'database of the records', { fallback: 'bigdata' }),
  clickhouseCluster: optional(
    text(
      'CLICKHOUSE_CLUSTER',
      'name of the ClickHouse cluster that the records lie on, as in remote_servers; unset: one server',
    ),
  ),
} as const;

export const clickhouseSettings = {
  clickhouseUrl: secretUrl('CLICKHOUSE_URL', 'ClickHouse over HTTP, with user and password', [
    'http',
    'https',
  ]),
  ...schemaSettings,
} as const;

export const backupSettings = {
  clickhouseBackupTo: text(
    'CLICKHOUSE_BACKUP_TO',
    'where ClickHouse writes backups: file:///PATH that it shares with this process, disk://DISK/PATH, s3://BUCKET/PATH',
  ),
} as const;

export const sourceSettings = {
  inboxDir: text('INBOX_DIR', 'folder of uploaded files (inbox://NAME)'),
  fileRoots: optional(
    list(
      'INGEST_FILE_ROOTS',
      'folders under which file:///PATH may lie, separated by commas; none: no such sources',
    ),
  ),
  s3Buckets: optional(
    list('S3_BUCKETS', 'buckets that s3://BUCKET/KEY may name, separated by commas; none: no such sources'),
  ),
  s3Endpoint: optional(url('S3_ENDPOINT', 'S3 store that is not AWS', ['http', 'https'])),
  s3Region: text('S3_REGION', 'region of the S3 store', { fallback: 'us-east-1' }),
  s3ForcePathStyle: optional(
    boolean(
      'S3_FORCE_PATH_STYLE',
      'true: the bucket stands in the path and not in the host; by default so with S3_ENDPOINT',
    ),
  ),
  s3AccessKeyId: optional(
    text('S3_ACCESS_KEY_ID', 'key of the S3 store; none: credentials are looked for where AWS has them'),
  ),
  s3SecretAccessKey: optional(secret('S3_SECRET_ACCESS_KEY', 'secret of S3_ACCESS_KEY_ID', { minChars: 1 })),
  httpsSources: boolean('HTTPS_SOURCES', 'true: https:// sources may name any host with a public address', {
    fallback: 'false',
  }),
  httpsHosts: optional(
    list(
      'HTTPS_HOSTS',
      'hosts that https:// sources may name, or *.DOMAIN, separated by commas; then no others',
    ),
  ),
  httpsBytesMax: integer('HTTPS_BYTES_MAX', 'bytes of one file from the web', {
    fallback: '107374182400',
    min: 1,
  }),
  httpsCaFile: optional(
    text(
      'HTTPS_CA_FILE',
      'certificate authorities, PEM, besides those of the system: for https:// sources and S3_ENDPOINT',
    ),
  ),
} as const;

export const settings = {
  ...clickhouseSettings,
  redisUrl: secretUrl('REDIS_URL', 'Redis that carries the queue', ['redis', 'rediss']),
  ...queueSettings,
  adminServiceUrl: url('ADMIN_SERVICE_URL', 'admin-service, which keeps the jobs', ['http', 'https']),
  ...sourceSettings,
  jobConcurrency: integer('JOB_CONCURRENCY', 'jobs that run at once in this process', {
    fallback: '2',
    min: 1,
    max: 64,
  }),
  ingestThreads: integer('INGEST_THREADS', 'threads that read and normalise; 0: one per processor', {
    fallback: '0',
    min: 0,
    max: 256,
  }),
  batchBytes: integer('BATCH_BYTES', 'bytes of text that a thread turns into one block', {
    fallback: '1048576',
    min: 1,
    max: 134_217_728,
  }),
  insertBytes: integer('INSERT_BYTES', 'bytes of text that one insert carries, in blocks', {
    fallback: '33554432',
    min: 1,
    max: 1_073_741_824,
  }),
  rangeBytes: integer('RANGE_BYTES', 'a plain file over twice this is shared among workers in such ranges', {
    fallback: '536870912',
    min: 1,
  }),
  rejectRatioMax: ratio('MAX_REJECT_RATIO', 'share of rejected rows, 0 to 1, over which a job fails', {
    fallback: '0.5',
  }),
  rejectRatioRowsMin: integer('MAX_REJECT_RATIO_ROWS', 'rows that are read before MAX_REJECT_RATIO applies', {
    fallback: '1000',
    min: 1,
  }),
  fieldBytesMax: integer('FIELD_BYTES_MAX', 'bytes of one field', {
    fallback: '262144',
    min: 1,
    max: 16_777_216,
  }),
  rowBytesMax: integer('ROW_BYTES_MAX', 'bytes of one row', { fallback: '1048576', min: 1, max: 67_108_864 }),
  columnsMax: integer('COLUMNS_MAX', 'columns of one file', { fallback: '2000', min: 1, max: 100_000 }),
  depthMax: integer('DEPTH_MAX', 'levels of objects or elements in one record', {
    fallback: '64',
    min: 1,
    max: 1_000,
  }),
} as const;
