/** The tables as kysely sees them; the migrations make them. */
import {
  type AccountTerms,
  type AnalysisRequest,
  type Checkpoint,
  type ErasureCounts,
  type ErasureSubjectKind,
  type finishAnalysisSchema,
  type JobError,
  type JobPlan,
  type JobPriority,
  type JobResult,
  type JobState,
  type LEDGER_KINDS,
  type ProblemCode,
  type ReadHints,
  type RecordFieldName,
  type Role,
  type Scope,
  type WorkPiece,
} from '@bigdata/models';
import {
  type ColumnType,
  type Generated,
  type GeneratedAlways,
  type JSONColumnType,
  type Kysely,
} from 'kysely';
import { type z } from 'zod';

type CreatedAt = ColumnType<Date, Date | undefined, never>;
type NullableTime = ColumnType<Date | null, Date | null | undefined, Date | null>;
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
/** int8: numbers within 2^53, see open-database. */
type BigInteger = number;

export interface UsersTable {
  id: Generated<string>;
  username: string;
  role: Role;
  disabled: Generated<boolean>;
  plan: string | null;
  /** What the user has in place of its plan's terms and the defaults. */
  terms: JSONColumnType<AccountTerms, string | undefined>;
  created_at: CreatedAt;
}

export interface PlansTable {
  name: string;
  terms: JSONColumnType<AccountTerms>;
  created_at: CreatedAt;
  updated_at: ColumnType<Date, Date | undefined, Date>;
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
  /** Of the pepper that made the hash; null when it was made before this was written down. */
  pepper_id: string | null;
  name: string | null;
  scopes: Scope[] | null;
  allowed_addresses: string[] | null;
  fields: RecordFieldName[] | null;
  expires_at: NullableTime;
  revoked_at: NullableTime;
  last_used_at: NullableTime;
  /** The key that took this one's place; this one ends when its grace does. */
  replaced_by: string | null;
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
  /** Of a grant: null when its credits never expire. */
  expires_at: ColumnType<Date | null, Date | string | null | undefined, never>;
  /** Of an expiry: the grant whose credits are gone. Of an adjustment: the entry that it reverses. */
  refers_to: ColumnType<BigInteger | null, BigInteger | null | undefined, never>;
  created_at: CreatedAt;
}

/** What is left of a grant that expires; its id is the grant's entry. */
export interface CreditLotsTable {
  id: BigInteger;
  user_id: string;
  expires_at: ColumnType<Date, Date | string, never>;
  granted: BigInteger;
  remaining: BigInteger;
}

/** Charges that are neither kept nor given back yet. */
export interface ReservationsTable {
  charge_id: string;
  user_id: string;
  amount: BigInteger;
  request_id: string;
  /** Of several requests that ask for one charge the last one; null where there is only one. */
  attempt: string | null;
  created_at: CreatedAt;
}

/** What an open charge has burnt of which lot; `upto` is the charge's sum over its lots up to this one. */
export interface ReservationLotsTable {
  charge_id: string;
  lot_id: BigInteger;
  amount: BigInteger;
  upto: BigInteger;
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
  latency_parts_ms: JSONColumnType<Record<string, number>>;
  credits: BigInteger;
  rows: BigInteger;
  bytes: BigInteger;
  shape: string | null;
  created_at: ColumnType<Date, Date | string, never>;
}

/** Sums over the log entries of one user, day (UTC), key and route. */
export interface DailyUsageTable {
  user_id: string;
  /** Read as text: a date has no time of day and no zone. */
  day: ColumnType<string, string, never>;
  key_id: string;
  route: string;
  requests: BigInteger;
  succeeded: BigInteger;
  refused: BigInteger;
  failed: BigInteger;
  credits: BigInteger;
  rows: BigInteger;
  bytes: BigInteger;
  latency_ms: number;
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

/** The pieces that belong to a job as a whole; ranges have rows of their own. */
export type JobPiece = Exclude<WorkPiece['kind'], 'range'>;

export interface IngestJobsTable {
  id: Generated<string>;
  /** 1 to 2³² − 1, in the order in which jobs were made. */
  load_number: GeneratedAlways<BigInteger>;
  state: Generated<JobState>;
  source: string;
  dataset: string;
  country: string | null;
  mapping: JSONColumnType<Record<string, string>>;
  hints: JSONColumnType<ReadHints, string | undefined, never>;
  force: boolean;
  priority: Generated<JobPriority>;
  parallelism: number | null;
  max_reject_ratio: number | null;
  sha256: string | null;
  format: string | null;
  plan: NullableJson<JobPlan>;
  /** Rows were loaded under an earlier plan and are to be taken back before the next one. */
  clear: Generated<boolean>;
  /** How often the job was put into the queue by someone: once, and once more with each retry. */
  tries: Generated<number>;
  /** Fencing tokens of all pieces, ranges included, are drawn from here: no two claims of a job share one. */
  attempt: Generated<number>;
  /** The job's own piece that was handed out last, and with which token. */
  piece: JobPiece | null;
  piece_attempt: number | null;
  worker_id: string | null;
  /** Latest sign of life of its holder; null when nobody holds it. */
  heartbeat_at: NullableTime;
  /** Where loading last began or was taken up after a pause; speed is measured from here. */
  claimed_at: NullableTime;
  claimed_rows: Generated<BigInteger>;
  claimed_bytes: Generated<BigInteger>;
  /** Sums over the ranges, written when the job ends; until then the ranges tell. */
  rows_read: Generated<BigInteger>;
  rows_loaded: Generated<BigInteger>;
  rows_rejected: Generated<BigInteger>;
  bytes_read: Generated<BigInteger>;
  result: NullableJson<JobResult>;
  error: NullableJson<JobError>;
  undo_requested_at: NullableTime;
  undone_at: NullableTime;
  seal_due_at: NullableTime;
  sealed_at: NullableTime;
  /** ClickHouse may hold rows of this load that are not taken back, sealed or not. */
  holds_rows: GeneratedAlways<boolean>;
  created_by: string | null;
  created_at: CreatedAt;
  started_at: NullableTime;
  finished_at: NullableTime;
}

export interface IngestRangesTable {
  job_id: string;
  number: number;
  start_position: BigInteger;
  end_position: BigInteger | null;
  line: BigInteger;
  first_batch: BigInteger;
  state: Generated<'waiting' | 'held' | 'done'>;
  /** Fencing token of the latest claim. */
  attempt: Generated<number>;
  worker_id: string | null;
  /** Latest sign of life of whoever held it last. */
  heartbeat_at: NullableTime;
  checkpoint: NullableJson<Checkpoint>;
  bytes_read: Generated<BigInteger>;
  rows_read: GeneratedAlways<BigInteger>;
  rows_loaded: GeneratedAlways<BigInteger>;
  rows_rejected: GeneratedAlways<BigInteger>;
}

export interface IngestUploadsTable {
  name: string;
  sha256: string;
  bytes: BigInteger;
  uploaded_at: Generated<Date>;
}

export interface IngestMappingsTable {
  fingerprint: string;
  mapping: JSONColumnType<Record<string, string>>;
  last_used_at: Generated<Date>;
}

export interface IngestDatasetsTable {
  id: GeneratedAlways<BigInteger>;
  name: string;
  key_policy: NullableJson<string[]>;
  created_at: CreatedAt;
}

export type AnalysisOutcome = z.output<typeof finishAnalysisSchema>['outcome'];

export interface IngestAnalysesTable {
  id: Generated<string>;
  request: JSONColumnType<AnalysisRequest>;
  outcome: NullableJson<AnalysisOutcome>;
  created_at: CreatedAt;
}

export interface ErasuresTable {
  id: Generated<string>;
  subject_kind: ErasureSubjectKind;
  /** Keyed hash, hexadecimal. */
  subject_hash: string;
  /** The identifier, encrypted; null once everything is deleted. */
  subject_sealed: Buffer | null;
  reason: string | null;
  requested_by: string;
  counts: NullableJson<ErasureCounts>;
  requested_at: CreatedAt;
  suppressed_at: NullableTime;
  deleted_at: NullableTime;
}

export interface ErasedIdentifiersTable {
  number: GeneratedAlways<BigInteger>;
  /** Keyed hash, hexadecimal. */
  hash: string;
  erasure_id: string;
}

export interface Tables {
  users: UsersTable;
  plans: PlansTable;
  wallets: WalletsTable;
  api_keys: ApiKeysTable;
  ledger_entries: LedgerEntriesTable;
  credit_lots: CreditLotsTable;
  reservations: ReservationsTable;
  reservation_lots: ReservationLotsTable;
  request_logs: RequestLogsTable;
  daily_usage: DailyUsageTable;
  audit_log: AuditLogTable;
  ingest_jobs: IngestJobsTable;
  ingest_ranges: IngestRangesTable;
  ingest_uploads: IngestUploadsTable;
  ingest_mappings: IngestMappingsTable;
  ingest_datasets: IngestDatasetsTable;
  ingest_analyses: IngestAnalysesTable;
  erasures: ErasuresTable;
  erased_identifiers: ErasedIdentifiersTable;
}

export type Database = Kysely<Tables>;
