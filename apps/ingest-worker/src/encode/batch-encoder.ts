/**
 * Rows into the columns of one insert. Pure but for its buffers: the same rows under the same options give the same
 * bytes, in every try and in every thread. The reference it is tested against is rows/normalize-row.ts.
 */
import { DEFAULT_KEY_POLICY, type JobWarnings, type KeyPolicy } from '@bigdata/models';
import { normalizeCountry, normalizeGender, normalizeWebsite } from '@bigdata/normalization';
import { type ErasedRows } from '../erasures/erased-rows';
import { type Row } from '../formats/rows';
import { type Column } from '../mapping/map-columns';
import { createWarningCounts, type WarningCounts } from '../rows/warning-counts';
import { AttributeColumn } from './attribute-column';
import { createEmailField } from './email-field';
import { type CellField, CELL_FIELDS, hasCell, toRowLayout } from './row-cells';
import { KeyColumns } from './key-columns';
import { KeyRecord } from './key-record';
import { createBirthDateField, createPostalCodeField } from './code-fields';
import { createFullNameField, createNameJoiner, createNamePartField } from './name-fields';
import { type BlockColumn, lowCardinality, repeated, toBlock } from './native-block';
import { createPhoneField } from './phone-field';
import { createRememberedField } from './remembered-field';
import { createRowKey } from './row-key';
import { type FieldEncoder, RowValues } from './row-values';
import { createTextField } from './text-fields';
import { OCCURRENCES_MAX, ValueColumns } from './value-columns';

export interface BatchEncoderOptions {
  readonly columns: readonly Pick<Column, 'name' | 'field'>[];
  readonly dataset: string;
  readonly jobId: string;
  /** Of two loads the one with the greater number is the later one. */
  readonly loadNumber: number;
  /** Milliseconds since 1970 at which the job was first taken up: the same in every try. */
  readonly startedMs: number;
  /** How phones, postal codes and dates of rows without a country are read; the record's country where no column tells it. */
  readonly country: string | null;
  /** Null: the default one. */
  readonly keyPolicy: KeyPolicy | null;
  /** Null: nobody was erased. */
  readonly erased: ErasedRows | null;
}

export interface EncodedBatch {
  readonly rows: number;
  /** A block in ClickHouse's Native format; empty when there are no rows. */
  readonly block: readonly Uint8Array[];
  readonly warnings: JobWarnings;
}

/** Of the whole row rather than of one field. */
const ROW_WARNINGS = 'row';

export interface BatchEncoder {
  /** @param batch number of the batch in the load; what was not taken is dropped */
  begin(batch: number): void;
  /** Why the row is left out, or null: nothing in it identifies a record, or it tells of an erased person. */
  add(row: Row): 'no_identifier' | 'erased' | null;
  finish(): EncodedBatch;
}

export function createBatchEncoder(options: BatchEncoderOptions): BatchEncoder {
  const { country: jobCountry, dataset, erased } = options;
  const today = new Date(options.startedMs).toISOString().slice(0, 10);
  const layout = toRowLayout(options.columns);
  const width = options.columns.length;
  const columns = new ValueColumns(options.loadNumber);
  const values = new RowValues(columns);
  const attributes = new AttributeColumn();
  const keys = new KeyColumns();
  const record = new KeyRecord(columns);
  let warnings: WarningCounts = createWarningCounts();

  const field = (name: CellField) => values.columnsOf(name);
  const names = {
    full: field('full_name'),
    first: field('first_name'),
    middle: field('middle_name'),
    last: field('last_name'),
    prefix: field('name_prefix'),
    suffix: field('name_suffix'),
  };
  const country = field('country');
  const email = field('email');
  const phone = field('phone');
  const phoneField = createPhoneField(values, phone);
  const policy = options.keyPolicy ?? DEFAULT_KEY_POLICY;
  const keyOfRow = createRowKey({ policy, dataset, columns, email, record });
  /** Of the row under way, else of the job. */
  let rowCountry: string | null = null;

  const countryOf = (): string | null => rowCountry;
  const plain = (name: CellField, folds = false): FieldEncoder => createTextField(values, field(name), folds);
  const encodeCountryCell = createRememberedField(values, country, { normalize: normalizeCountry });
  const encoders: Readonly<Record<Exclude<CellField, 'country'>, FieldEncoder>> = {
    email: createEmailField(values, email),
    phone: (bytes, start, end) => phoneField(bytes, start, end, rowCountry),
    first_name: createNamePartField(values, names.first, 'given'),
    middle_name: createNamePartField(values, names.middle, 'given'),
    last_name: createNamePartField(values, names.last, 'family'),
    name_prefix: plain('name_prefix'),
    name_suffix: plain('name_suffix'),
    full_name: createFullNameField(values, names),
    birth_date: createBirthDateField(values, field('birth_date'), today, countryOf),
    gender: createRememberedField(values, field('gender'), { normalize: normalizeGender }),
    company: plain('company', true),
    job_title: plain('job_title'),
    website: createRememberedField(values, field('website'), { normalize: normalizeWebsite }),
    address: plain('address'),
    city: plain('city', true),
    region: plain('region'),
    postal_code: createPostalCodeField(values, field('postal_code'), countryOf),
  };
  const joinName = createNameJoiner(values, names);

  const hasCountryColumn = layout.columnOf[CELL_FIELDS.indexOf('country')] !== -1;
  /** What the file has, in the encoder's order; the country is read first, since others go by it. */
  const mapped = CELL_FIELDS.flatMap((name, at) => {
    const column = layout.columnOf[at] ?? 0;
    return column === -1 || name === 'country' ? [] : [{ encode: encoders[name], column }];
  });
  const countryColumn = hasCountryColumn ? (layout.columnOf[CELL_FIELDS.indexOf('country')] ?? 0) : -1;

  const encodeCountry = (row: Row): void => {
    rowCountry = jobCountry;
    if (!hasCountryColumn) {
      if (jobCountry !== null) columns.text(country.value, jobCountry);
      return;
    }
    if (!hasCell(row, countryColumn)) return;
    const { bytes, starts, ends } = row;
    const start = starts[countryColumn] ?? 0;
    rowCountry = encodeCountryCell(bytes, start, ends[countryColumn] ?? 0) ?? jobCountry;
  };

  const encodeAttributes = (row: Row): void => {
    for (const { name, column } of layout.attributes) {
      if (!hasCell(row, column)) continue;
      addAttribute(name, row.bytes, row.starts[column] ?? 0, row.ends[column] ?? 0);
    }
    for (const [name, value] of row.extras) {
      const bytes = Buffer.from(value);
      if (value.trim() !== '') addAttribute(name, bytes, 0, bytes.length);
    }
  };
  const addAttribute = (name: string, given: Buffer, from: number, to: number): void => {
    const [bytes, start, end] = trimmed(given, from, to);
    attributes.add(name, columns.version, bytes, start, end);
    record.addAttribute(name, bytes, start, end);
  };

  return {
    begin(batch) {
      columns.begin(batch);
      attributes.clear();
      keys.clear();
      warnings = createWarningCounts();
    },
    add(row) {
      record.clear();
      encodeCountry(row);
      const { starts, ends, count, bytes } = row;
      for (const { encode, column } of mapped) {
        if (column >= count) continue;
        const start = starts[column] ?? 0;
        const end = ends[column] ?? 0;
        if (start !== end && hasCell(row, column)) encode(bytes, start, end);
      }
      joinName();
      encodeAttributes(row);
      const key = keyOfRow();
      if (key === null || erased?.has(columns, email, phone, key.key)) {
        columns.discard();
        attributes.discard();
        values.discard();
        return key === null ? 'no_identifier' : 'erased';
      }
      const occurrence = keys.add(key.key, key.rule);
      columns.accept(occurrence);
      attributes.accept(occurrence === 0 ? null : placeOf(columns, occurrence));
      values.accept(warnings);
      if (count !== width)
        warnings.add(ROW_WARNINGS, count < width ? 'missing_columns' : 'extra_empty_columns');
      return null;
    },
    finish() {
      const { rows } = columns;
      if (rows === 0) return { rows, block: [], warnings: warnings.toWarnings() };
      const block = [...keys.toColumns(), ...originColumns(options, rows)];
      for (const { name, data, position } of columns.filled()) {
        block.push({ name, type: 'String', parts: [data.subarray(0, position)] });
      }
      const attributeColumn = attributes.toColumn();
      if (attributeColumn) block.push(attributeColumn);
      return {
        rows,
        block: toBlock(rows, block),
        warnings: warnings.toWarnings(),
      };
    },
  };
}

function placeOf(columns: ValueColumns, occurrence: number): number {
  return (columns.version.readUInt32BE(4) + Math.min(occurrence, OCCURRENCES_MAX)) >>> 0;
}

/** Where every row of the batch comes from. */
function originColumns(options: BatchEncoderOptions, rows: number): BlockColumn[] {
  const load = Buffer.alloc(4);
  load.writeUInt32LE(options.loadNumber);
  const startedAt = Buffer.alloc(8);
  startedAt.writeBigInt64LE(BigInt(options.startedMs));
  const ingest = Buffer.alloc(20);
  ingest.writeUInt32BE(options.loadNumber);
  ingest.write(options.jobId.replaceAll('-', ''), 4, 'hex');
  const seen = [repeated(startedAt, rows)];
  return [
    { name: 'load', type: 'UInt32', parts: [repeated(load, rows)] },
    {
      name: 'dataset',
      type: 'LowCardinality(String)',
      parts: lowCardinality([options.dataset], new Uint8Array(rows)),
    },
    { name: 'first_seen_at', type: "DateTime64(3, 'UTC')", parts: seen },
    { name: 'updated_at', type: "DateTime64(3, 'UTC')", parts: seen },
    { name: 'v_ingest', type: 'FixedString(20)', parts: [repeated(ingest, rows)] },
  ];
}

function trimmed(bytes: Buffer, start: number, end: number): [bytes: Buffer, start: number, end: number] {
  const first = bytes[start] ?? 0;
  const last = bytes[end - 1] ?? 0;
  if (first > 0x20 && first < 0x7f && last > 0x20 && last < 0x7f) return [bytes, start, end];
  const text = Buffer.from(bytes.toString('utf8', start, end).trim());
  return [text, 0, text.length];
}
