/** Which character separates the fields, told from the first bytes of a file. */
import { createCsvReader, type CsvLimits } from './csv-reader';

/** In order of preference where two fit equally well. */
const CANDIDATES = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof CANDIDATES)[number];

const RECORDS_LOOKED_AT = 50;

/**
 * The candidate that cuts the header into many fields and the records below it into just as many.
 * @param complete whether `head` is the whole file, so that its last record is whole
 */
export function sniffDelimiter(head: Uint8Array, complete: boolean, limits: CsvLimits): Delimiter {
  let best: Delimiter = ',';
  let bestScore = 0;
  for (const delimiter of CANDIDATES) {
    const score = scoreOf(delimiter, head, complete, limits);
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

function scoreOf(delimiter: Delimiter, head: Uint8Array, complete: boolean, limits: CsvLimits): number {
  const reader = createCsvReader({ delimiter: delimiter.charCodeAt(0), limits, offset: 0, line: 1 });
  reader.push(head);
  if (complete) reader.end();
  const header = reader.next();
  if (header === null || header.fields.length < 2) return 0;
  let records = 0;
  let asWide = 0;
  for (let record = reader.next(); record !== null && records < RECORDS_LOOKED_AT; record = reader.next()) {
    records += 1;
    if (record.fields.length === header.fields.length) asWide += 1;
  }
  return header.fields.length * (records === 0 ? 1 : (asWide + 0.1) / (records + 0.1));
}
