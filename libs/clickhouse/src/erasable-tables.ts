/**
 * Where records of persons lie, and how rows of an erased person are told while they are still there. One line per table:
 * what is listed here is hidden from answers, deleted and looked through afterwards.
 */

export interface ErasableTable {
  readonly table: string;
  /** Holds the keys of rows that are to be deleted, beside the erasure that they belong to. */
  readonly pending: 'erasing_records' | 'erasing_rejects';
  /** The columns of `pending` by which a row is told; the table has the same. */
  readonly key: readonly string[];
  /** `delete`: the row goes; `blank`: it stays as a number that was counted, with nothing of what it held. */
  readonly by: 'delete' | 'blank';
}

const record = { pending: 'erasing_records', key: ['dedupe_key'], by: 'delete' } as const;

export const ERASABLE_TABLES = [
  { table: 'record_versions', ...record },
  { table: 'record_lookups', ...record },
  { table: 'records', ...record },
  {
    table: 'ingest_rejects',
    pending: 'erasing_rejects',
    key: ['job_id', 'byte_offset'],
    by: 'blank',
  },
] as const satisfies readonly ErasableTable[];

/** Tables of keys that are to be deleted. While they are empty there is nothing to hide. */
export const PENDING_TABLES = ['erasing_records', 'erasing_rejects'] as const;

/**
 * For this long after a look at the tables of keys that found them empty began, a reader may read without the filter. An
 * erasure is answered only when it has waited for longer than that.
 */
export const NOTHING_PENDING_FOR_MS = 1_000;
