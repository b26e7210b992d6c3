/** How the fields of a CSV file are separated and quoted, told from the records in its head. */
import { type FormatHints } from './hints';

export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string | null;
}

/** In order of preference where two fit equally well. */
const USUAL = [',', ';', '\t', '|'] as const;
/** Also found in prose and times: taken when every record agrees and no usual one is there. */
const RARE = ['^', '~', '\u0001', '\u001f', ':'] as const;
const QUOTES = ['"', "'", null] as const;

const RECORDS_LOOKED_AT = 100;

export interface Sample {
  readonly records: readonly (readonly string[])[];
  /** Records whose quoting is broken: their first line alone is taken. */
  readonly broken: number;
  /** Fields in quotes. */
  readonly quoted: number;
}

/** The dialect that cuts the first record into many fields and the others into just as many. */
export function sniffCsv(text: string, complete: boolean, hints: FormatHints): CsvDialect {
  const delimiters = hints.delimiter === undefined ? [...USUAL, ...RARE] : [hints.delimiter];
  const quotes = hints.quote === undefined ? QUOTES : [hints.quote];
  let best: CsvDialect = { delimiter: delimiters[0] ?? ',', quote: quotes[0] ?? null };
  let bestScore = 0;
  for (const quote of quotes) {
    for (const delimiter of delimiters) {
      const sample = readSample(text, { delimiter, quote }, complete);
      if (hints.quote === undefined && quote === "'" && sample.quoted < 2) continue;
      const score = scoreOf(
        sample,
        (RARE as readonly string[]).includes(delimiter) && hints.delimiter === undefined,
      );
      // Quotes must earn it: without them a text only looks better when they are broken.
      if (score > bestScore * (quote === '"' ? 1 : 1.2)) {
        best = { delimiter, quote };
        bestScore = score;
      }
    }
  }
  return best;
}

function scoreOf({ records, broken }: Sample, isRare: boolean): number {
  const width = records[0]?.length ?? 0;
  if (width < 2) return 0;
  const rest = records.slice(1);
  const asWide = rest.filter(({ length }) => length === width).length;
  if (isRare && (rest.length === 0 || asWide < rest.length || broken > 0)) return 0;
  const agreement = rest.length === 0 ? 1 : (asWide + 0.1) / (rest.length + 0.1);
  return width * agreement * (1 - broken / records.length) * (isRare ? 0.1 : 1);
}

/** The first records, by the rules that the reader goes by. */
export function readSample(text: string, { delimiter, quote }: CsvDialect, complete: boolean): Sample {
  const records: string[][] = [];
  let broken = 0;
  let quoted = 0;
  let p = 0;
  while (p < text.length && records.length < RECORDS_LOOKED_AT) {
    if (text[p] === '\n' || text[p] === '\r') {
      p += 1;
      continue;
    }
    const start = p;
    const fields: string[] = [];
    let isBroken = false;
    let quotedHere = 0;
    for (;;) {
      if (quote !== null && text[p] === quote) {
        let end = text.indexOf(quote, p + 1);
        while (end !== -1 && text[end + 1] === quote) end = text.indexOf(quote, end + 2);
        const after = end === -1 ? undefined : text[end + 1];
        isBroken =
          end === -1 || !(after === undefined || after === delimiter || after === '\n' || after === '\r');
        if (isBroken) break;
        fields.push(text.slice(p + 1, end).replaceAll(quote + quote, quote));
        quotedHere += 1;
        p = end + 1;
      } else {
        const from = p;
        while (p < text.length && text[p] !== delimiter && text[p] !== '\n' && text[p] !== '\r') p += 1;
        fields.push(text.slice(from, p));
      }
      if (text[p] !== delimiter) break;
      p += 1;
    }
    if (isBroken) {
      // A record that the head cuts off is no broken one.
      if (!complete && text.indexOf(quote ?? '', p + 1) === -1) break;
      broken += 1;
      p = start;
      while (p < text.length && text[p] !== '\n' && text[p] !== '\r') p += 1;
      fields.length = 0;
      fields.push(text.slice(start, p));
    }
    if (p >= text.length && !complete && records.length > 0) break;
    quoted += quotedHere;
    records.push(fields);
  }
  return { records, broken, quoted };
}
