/** What must be known of a file before its rows can be loaded: how it is read, and which column fills which field. */
import { type ReadHints } from '@bigdata/models';
import { readHead } from '../decode/byte-source';
import { type DecodeLimits } from '../decode/decompress';
import { readText } from '../decode/read-text';
import { type FormatHints } from '../formats/hints';
import { HEAD_BYTES, planSource } from '../formats/plan-source';
import { type ReadLimits, type ReadPlan } from '../formats/rows';
import { headerFingerprint } from '../mapping/header-fingerprint';
import { type Column, guessColumns, mapColumns, type Sample } from '../mapping/map-columns';
import { type Source } from '../source/source';
import { REJECT_COLUMNS } from '../encode/row-cells';
import { type SampledRow, sampleRows } from './sample-rows';

export interface FileDescription {
  readonly read: ReadPlan;
  readonly columns: readonly Column[];
  readonly fingerprint: string;
  /** The first rows. */
  readonly rows: readonly SampledRow[];
  /** Cells that are not empty, by column. */
  readonly sample: Sample;
}

export interface DescribeFileOptions {
  readonly source: Source;
  readonly hints: ReadHints;
  readonly mapping: Readonly<Record<string, string>>;
  readonly country: string | null;
  readonly limits: ReadLimits;
  readonly decode: DecodeLimits;
  /** The mapping that was used for this header before, when there is one. */
  readonly recall: (fingerprint: string) => Promise<Readonly<Record<string, string>> | null>;
  /** Whether a file of which nothing maps is an answer, too. */
  readonly mayMapNothing: boolean;
}

/** @throws JobFailure for a file that cannot be read or mapped */
export async function describeFile(options: DescribeFileOptions): Promise<FileDescription> {
  const { source, hints, limits, decode, country } = options;
  const plan = await planSource(source, source.name, { ...limits, ...decode }, toFormatHints(hints));
  const { head, complete } = await readHead(readText(source, plan, decode, plan.start), HEAD_BYTES);
  const rows = sampleRows({ plan, text: head, complete, limits });
  const sample = plan.columns.map((_name, column) =>
    rows.flatMap(({ cells }) => (cells[column] === undefined || cells[column] === '' ? [] : [cells[column]])),
  );
  const fingerprint = headerFingerprint(plan.columns);
  const isExplicit = Object.keys(options.mapping).length > 0;
  const mapping = isExplicit ? options.mapping : ((await options.recall(fingerprint)) ?? {});
  const map = options.mayMapNothing ? guessColumns : mapColumns;
  const columns = map(plan.columns, mapping, sample, { country }).map((column): Column =>
    REJECT_COLUMNS.has(column.name) ? { ...column, field: null, confidence: 0, reason: 'none' } : column,
  );
  return { read: plan, columns, fingerprint, rows, sample };
}

/** The hints of a job, without what it leaves open. */
function toFormatHints(hints: ReadHints): FormatHints {
  const { format, delimiter, quote, has_header, json_path, xml_element, zip_member } = hints;
  return {
    ...(format === undefined ? {} : { kind: format }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(has_header === undefined ? {} : { hasHeader: has_header }),
    ...(json_path === undefined ? {} : { path: json_path }),
    ...(xml_element === undefined ? {} : { element: xml_element }),
    ...(zip_member === undefined ? {} : { member: zip_member }),
  };
}
