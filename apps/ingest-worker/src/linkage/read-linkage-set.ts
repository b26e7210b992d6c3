/** A set of the corpus as a load would have it: the worker's reader, mapping and normalisation. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type DedupeRecord } from '@bigdata/normalization';
import { createCsvReader } from '../csv/csv-reader';
import { mapColumns } from '../mapping/map-columns';
import { createRowNormalizer } from '../rows/normalize-row';
import { type LinkageSet } from './linkage-sets';

export interface LabelledRecord {
  readonly record: DedupeRecord;
  /** The same for records of one person or company. */
  readonly cluster: string;
}

/** Rows of a file, the header first. */
export type Table = readonly (readonly string[])[];

const LIMITS = { fieldBytesMax: 100_000, rowBytesMax: 1_000_000 };
/** Later dates of birth are refused; fixed, so that the figures are the same on every day. */
const TODAY = '2025-01-01';

/** @throws Error when a file is missing or has no such columns */
export function readLinkageSet(corpusFolder: string, set: LinkageSet): readonly LabelledRecord[] {
  const readFile = (name: string): Table => readTable(path.join(corpusFolder, 'record-linkage', name));
  const clusterOf =
    set.keyFile === undefined
      ? set.toCluster
      : lookUpIn(readFile(set.keyFile), set.truthColumns, set.toCluster);
  return set.files.flatMap((name) => {
    const [header = [], ...rows] = readFile(name);
    const truth = columnsOf(header, set.truthColumns);
    const toRecord = createNormalizer(header, set);
    return rows.map((cells) => ({
      record: toRecord(cells.map((cell, index) => (truth.includes(index) ? '' : cell))),
      cluster: clusterOf(truth.map((index) => cells[index]?.trim() ?? '')),
    }));
  });
}

/** @param job a mapping may name columns that only other files of the set have */
export function createNormalizer(
  header: readonly string[],
  job: Pick<LinkageSet, 'country' | 'mapping'>,
): (cells: readonly string[]) => DedupeRecord {
  const mapping = Object.entries(job.mapping).filter(([column]) => header.includes(column));
  const columns = mapColumns(header, Object.fromEntries(mapping));
  return createRowNormalizer(columns, { country: job.country, today: TODAY });
}

/** @throws Error for a file with a row that a load would reject: the sets have none */
export function readTable(file: string): Table {
  const reader = createCsvReader({ delimiter: ','.charCodeAt(0), limits: LIMITS, offset: 0, line: 1 });
  reader.push(readFileSync(file));
  reader.end();
  const rows: (readonly string[])[] = [];
  for (let row = reader.next(); row !== null; row = reader.next()) {
    if (row.problem !== null) throw new Error(`${file}, line ${row.line}: ${row.problem}`);
    rows.push(row.fields);
  }
  return rows;
}

function lookUpIn(
  [header = [], ...rows]: Table,
  columns: readonly string[],
  toText: LinkageSet['toCluster'],
): LinkageSet['toCluster'] {
  const key = columnsOf(header, columns);
  const [cluster = -1] = columnsOf(header, ['CLUSTER_ID']);
  const clusters = new Map(
    rows.map((cells) => [toText(key.map((index) => cells[index] ?? '')), cells[cluster] ?? '']),
  );
  return (cells) => clusters.get(toText(cells)) ?? toText(cells);
}

function columnsOf(header: readonly string[], names: readonly string[]): number[] {
  const trimmed = header.map((name) => name.trim());
  return names.map((name) => {
    const index = trimmed.indexOf(name);
    if (index === -1) throw new Error(`no column ${name} among ${trimmed.join(', ')}`);
    return index;
  });
}
