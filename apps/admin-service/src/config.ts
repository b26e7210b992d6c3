import { parseApiKey } from '@bigdata/models';
import { queueSettings } from '@bigdata/queue';
import {
  boolean,
  integer,
  list,
  optional,
  port,
  Secret,
  secret,
  secrets,
  secretUrl,
  type ServiceContext,
  type Setting,
  text,
} from '@bigdata/platform';
import { z } from 'zod';

const apiKey = (env: string, describe: string): Setting<Secret> => ({
  env,
  describe,
  schema: z
    .string()
    .refine((value) => parseApiKey(value) !== null, 'is no API key: its form or its checksum is wrong')
    .transform((value) => new Secret(value)),
  fallback: null,
  optional: false,
  secret: true,
});

export const databaseUrl = secretUrl('DATABASE_URL', 'PostgreSQL with user, password and database', [
  'postgres',
  'postgresql',
]);

export const settings = {
  httpPort: port('HTTP_PORT', 'port of the service', { fallback: '8082' }),
  databaseUrl,
  databaseReadUrl: optional(
    secretUrl('DATABASE_READ_URL', 'a replica of PostgreSQL for reads of the request log and of usage', [
      'postgres',
      'postgresql',
    ]),
  ),
  databaseConnectionsMax: integer('DATABASE_CONNECTIONS_MAX', 'connections to PostgreSQL held at most', {
    fallback: '10',
    min: 2,
    max: 500,
  }),
  databasePreparedStatements: boolean(
    'DATABASE_PREPARED_STATEMENTS',
    'false: behind a pooler by transactions that knows no prepared statements, such as PgBouncer before 1.21',
    { fallback: 'true' },
  ),
  redisUrl: secretUrl('REDIS_URL', 'Redis of the job queue', ['redis', 'rediss']),
  ...queueSettings,
  keyPepper: secret('KEY_PEPPER', 'keys the hashes of API keys; losing it makes every key invalid', {
    minChars: 32,
  }),
  keyPepperPrevious: secrets(
    'KEY_PEPPER_PREVIOUS',
    'further peppers, separated by commas, under which keys are valid while KEY_PEPPER changes',
    { minChars: 32 },
  ),
  erasureKey: secret(
    'ERASURE_KEY',
    'keys the hashes of erased persons; another one lets later loads bring them back',
    { minChars: 32 },
  ),
  erasureTimeoutS: integer(
    'ERASURE_TIMEOUT_S',
    'how long a request waits for an erased person to be hidden',
    { fallback: '30', min: 1, max: 50 },
  ),
  adminApiKey: optional(apiKey('ADMIN_API_KEY', 'API key of the first admin, made at start')),
  inboxDir: text('INBOX_DIR', 'folder of the uploaded files, shared with the ingest workers'),
  ingestFileRoots: optional(
    list(
      'INGEST_FILE_ROOTS',
      'folders that file:/// sources may lie in, separated by commas; none when empty',
    ),
  ),
  defaultRequestsPerMinute: integer(
    'DEFAULT_REQUESTS_PER_MINUTE',
    'limit of users without one of their own',
    {
      fallback: '600',
      min: 1,
      max: 1_000_000,
    },
  ),
  defaultAdminRequestsPerMinute: integer(
    'DEFAULT_ADMIN_REQUESTS_PER_MINUTE',
    'limit of admins without one of their own: consoles and scripts poll',
    { fallback: '6000', min: 1, max: 1_000_000 },
  ),
  reservationTtlS: integer(
    'RESERVATION_TTL_S',
    'after this long a charge that nobody settled is given back; longer than any answer takes',
    { fallback: '300', min: 1 },
  ),
  ledgerVerifyHours: integer(
    'LEDGER_VERIFY_HOURS',
    'how often every balance is compared with its ledger; 0: never, for ledgers that take too long',
    { fallback: '24', min: 0, max: 8_760 },
  ),
  requestLogRetentionDays: integer(
    'REQUEST_LOG_RETENTION_DAYS',
    'for this many days requests stay in the log; daily usage and ledger stay for ever',
    { fallback: '90', min: 1, max: 3_650 },
  ),
  jobHeartbeatTtlS: integer(
    'JOB_HEARTBEAT_TTL_S',
    'a piece of work without a sign of life for this long is given to another worker',
    { fallback: '30', min: 1 },
  ),
  undoRetentionHours: integer(
    'UNDO_RETENTION_HOURS',
    'for this long after its end what a job loaded can be taken back',
    { fallback: '168', min: 1, max: 87_600 },
  ),
  undoLoadsMax: integer(
    'UNDO_LOADS_MAX',
    'loads kept apart so that they can be taken back; each costs queries a little, the oldest go first',
    { fallback: '50', min: 0, max: 1_000 },
  ),
  analyzeTimeoutS: integer('ANALYZE_TIMEOUT_S', 'how long an analysis waits for a worker', {
    fallback: '30',
    min: 1,
    max: 50,
  }),
  bodyLimitBytes: integer('BODY_LIMIT_BYTES', 'largest JSON body; uploads have no limit', {
    fallback: '1048576',
    min: 1_024,
  }),
} as const;

export type AdminContext = ServiceContext<typeof settings>;
