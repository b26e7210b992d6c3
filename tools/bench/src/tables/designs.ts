/** The designs that are compared: how a table keeps what several loads say of one record. */
import { type Column, COLUMNS, type LoadNumber } from './source-rows';

export type Design = {
  readonly title: string;
  /** Columns besides the key with their types, in the order of `values`. */
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly engine: string;
  readonly partitionBy: string | null;
  /** What goes into the columns for a row of the source. */
  readonly values: (place: Place) => readonly string[];
  /** The text of a field as readers see it. */
  readonly read: (column: Column) => string;
};

/** Of a batch in a load. */
export type Place = { readonly load: LoadNumber; readonly batch: number };

/** Columns of few values are dictionaries where the design lets them be. */
const FEW_VALUES: ReadonlySet<Column> = new Set(['country', 'job_title', 'region']);

/** Load and place in the load, as the worker numbers them. */
const versionOf = ({ load, batch }: Place): bigint => (BigInt(load) << 32n) + (BigInt(batch) << 12n);
const versionBytes = (place: Place): string =>
  `unhex('${versionOf(place).toString(16).padStart(16, '0').toUpperCase()}')`;

const VERSION_BYTES = 8;

const packed = (partitioned: boolean): Design => ({
  title: `AggregatingMergeTree, max over version and value in one String, ${partitioned ? 'a partition per load' : 'one partition'}`,
  columns: [
    // Rows of one key merge, so what they have besides it has to say how; within a partition all loads are one.
    ['load', 'SimpleAggregateFunction(max, UInt32)'],
    ...COLUMNS.map((name) => [name, 'SimpleAggregateFunction(max, String)'] as const),
  ],
  engine: 'AggregatingMergeTree',
  partitionBy: partitioned ? 'load' : null,
  values: (place) => [
    String(place.load),
    ...COLUMNS.map((name) => `if(empty(${name}), '', concat(${versionBytes(place)}, ${name}))`),
  ],
  read: (column) => `substring(${column}, ${VERSION_BYTES + 1})`,
});

export const DESIGNS: ReadonlyMap<string, Design> = new Map<string, Design>([
  [
    'replacing',
    {
      title: 'ReplacingMergeTree(version), whole rows',
      columns: [
        ['version', 'UInt64'],
        ...COLUMNS.map((name) => [name, FEW_VALUES.has(name) ? 'LowCardinality(String)' : 'String'] as const),
      ],
      engine: 'ReplacingMergeTree(version)',
      partitionBy: null,
      values: (place) => [String(versionOf(place)), ...COLUMNS],
      read: (column) => column,
    },
  ],
  [
    'coalescing',
    {
      title: 'CoalescingMergeTree, Nullable columns',
      columns: COLUMNS.map((name) => [
        name,
        FEW_VALUES.has(name) ? 'LowCardinality(Nullable(String))' : 'Nullable(String)',
      ]),
      engine: 'CoalescingMergeTree',
      partitionBy: null,
      values: () => COLUMNS.map((name) => `nullIf(${name}, '')`),
      read: (column) => column,
    },
  ],
  [
    'tuples',
    {
      title: 'AggregatingMergeTree, max over tuples of version and value',
      columns: COLUMNS.map((name) => [
        name,
        'SimpleAggregateFunction(max, Tuple(version UInt64, value String))',
      ]),
      engine: 'AggregatingMergeTree',
      partitionBy: null,
      values: (place) =>
        COLUMNS.map((name) => `(if(empty(${name}), 0, toUInt64(${versionOf(place)})), ${name})`),
      read: (column) => `tupleElement(${column}, 'value')`,
    },
  ],
  ['packed-partitions', packed(true)],
  ['packed', packed(false)],
]);

/** Sorted by the key of 16 bytes, with the granules of the product's own table. */
export const buildCreate = (table: string, { columns, engine, partitionBy }: Design): string =>
  `CREATE TABLE ${table} (dedupe_key FixedString(16), ${columns.map(([name, type]) => `${name} ${type}`).join(', ')})
ENGINE = ${engine}${partitionBy === null ? '' : ` PARTITION BY ${partitionBy}`} ORDER BY dedupe_key
SETTINGS index_granularity = 1024`;
