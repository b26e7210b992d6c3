import { type AnalyzedColumn } from '@bigdata/models';
import { type Column, type Sample } from './map-columns';

const SAMPLES_MAX = 3;
/** A cell may be as long as a book; a person tells from its beginning what it is. */
const SAMPLE_CHARS_MAX = 200;

/**
 * The mapping as people are shown it.
 * @param sample values by column, as for `mapColumns`
 * @returns per column up to three different values, as in the file, each cut after 200 characters
 */
export function describeMapping(columns: readonly Column[], sample: Sample): AnalyzedColumn[] {
  return columns.map(({ name, field, confidence, reason }, index) => ({
    column: name,
    field,
    confidence,
    reason,
    samples: [...new Set((sample[index] ?? []).filter((value) => value.trim() !== '').map(cut))].slice(
      0,
      SAMPLES_MAX,
    ),
  }));
}

function cut(value: string): string {
  return value.length > SAMPLE_CHARS_MAX ? `${value.slice(0, SAMPLE_CHARS_MAX).toWellFormed()}…` : value;
}
