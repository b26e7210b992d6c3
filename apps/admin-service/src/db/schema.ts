/** The tables as kysely sees them; the migrations make them. */
import {
  type Checkpoint,
  type JobError,
  type JobResult,
  type JobState,
  type LEDGER_KINDS,
  type ProblemCode,
  type Role,
} from '@bigdata/models';
import {
  type ColumnType,
  type Generated,
  type GeneratedAlways,
  type JSONColumnType,
  type Kysely,
} from 'kysely';

type CreatedAt = ColumnType<Date, Date | undefined, never>;
type NullableTime = ColumnType<Date | null, Date | null | undefined, Date | null>;
/** int8: numbers within 2^53, see open-database. */
type BigInteger = number;

export interface UsersTable {
  id: Generated<string>;
  username: string;
  role: Role;
  disabled: Generated<boolean>;
  /** Null: the configured default. */
  requests_per_minute: number | null;
  created_at: CreatedAt;
}

export interface WalletsTable {
  user_id: string;
  /** The sum of the wallet's ledger entries, always. */
  balance: Generated<BigInteger>;
}

export interface ApiKeysTable {
  id: string;
  user_id: string;
  hash: string;
  expires_at: NullableTime;
  revoked_at: NullableTime;
  created_at: CreatedAt;
}

export interface LedgerEntriesTable {
  id: GeneratedAlways<BigInteger>;
  user_id: string;
  kind: (typeof LEDGER_KINDS)[number];
  amount: BigInteger;
  balance_after: BigInteger;
  charge_id: string | null;
  request_id: string | null;
  reason: string | null;
  actor: string | null;
  idempotency_key: string | null;
  idempotency_hash: string | null;
  created_at: CreatedAt;
}

export type ReservationState = 'reserved' | 'settled' | 'released';

export interface ReservationsTable {
  charge_id: string;
  user_id: string;
  amount: BigInteger;
  request_id: string;
  state: ReservationState;
  created_at: CreatedAt;
}

export interface RequestLogsTable {
  entry_id: string;
  request_id: string;
  user_id: string | null;
  key_id: string | null;
  method: string;
  route: string;
  status: number;
  code: ProblemCode | null;
  latency_ms: number;
  credits: BigInteger;
  rows: BigInteger;
  bytes: BigInteger;
  created_at: ColumnType<Date, Date | string, never>;
}

export interface AuditLogTable {
  id: GeneratedAlways<BigInteger>;
  actor: string;
  action: string;
  target: string;
  before: JSONColumnType<object> | null;
  after: JSONColumnType<object> | null;
  request_id: string | null;
  created_at: CreatedAt;
}

export interface IngestJobsTable {
  id: Generated<string>;
  state: Generated<JobState>;
  source: string;
  dataset: string;
  country: string | null;
  mapping: JSONColumnType<Record<string, string>>;
  force: boolean;
  format: string | null;
  /** Fencing token: rises with each claim. */
  attempt: Generated<number>;
  worker_id: string | null;
  claimed_at: NullableTime;
  /** Where the present attempt began; speed is measured from here. */
  claimed_rows: Generated<BigInteger>;
  claimed_bytes: Generated<BigInteger>;
  heartbeat_at: NullableTime;
  checkpoint: ColumnType<Checkpoint | null, string | null | undefined, string | null>;
  result: ColumnType<JobResult | null, string | null | undefined, string | null>;
  error: ColumnType<JobError | null, string | null | undefined, string | null>;
  created_by: string | null;
  created_at: CreatedAt;
  started_at: NullableTime;
  finished_at: NullableTime;
}

export interface Tables {
  users: UsersTable;
  wallets: WalletsTable;
  api_keys: ApiKeysTable;
  ledger_entries: LedgerEntriesTable;
  reservations: ReservationsTable;
  request_logs: RequestLogsTable;
  audit_log: AuditLogTable;
  ingest_jobs: IngestJobsTable;
}

export type Database = Kysely<Tables>;
