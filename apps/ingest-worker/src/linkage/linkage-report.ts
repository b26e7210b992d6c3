/** The results as Markdown, as they stand in docs/dedupe.md. Pure. */
import { type LinkageResult } from './evaluate-linkage';
import { type NamePairsResult } from './evaluate-name-pairs';
import { type LinkageScore } from './linkage-score';
import { PRECISION_MIN, RULES_MAX, type ScoredPolicy } from './search-policies';

export interface LinkageReport {
  readonly sets: readonly LinkageResult[];
  readonly namePairs: readonly NamePairsResult[];
}

type Row = readonly string[];

/** Shares are cut after the third digit, not rounded: 1.000 is all of them. */
const share = (value: number): string => (Math.floor(value * 1_000 + 1e-9) / 1_000).toFixed(3);
const scoreCells = ({ precision, recall, f1 }: LinkageScore): Row => [precision, recall, f1].map(share);

const policyCells = (scored: ScoredPolicy | null): Row =>
  scored === null ? ['none', '', '', ''] : [`\`${scored.policy.join(' ')}\``, ...scoreCells(scored)];

export function toMarkdown({ sets, namePairs }: LinkageReport): string {
  return [
    'The default key:',
    toTable([
      ['set', 'records', 'true pairs', 'false pairs', 'precision', 'recall', 'F1', 'reach'],
      ...sets.map(({ set, records, truePairs, byDefault, reach }) => [
        set,
        String(records),
        String(truePairs),
        String(byDefault.falsePairs),
        ...scoreCells(byDefault),
        share(reach),
      ]),
    ]),
    `The best policies of up to ${RULES_MAX} rules, first with a precision of ${PRECISION_MIN} or more, then of all where that is another:`,
    toTable([
      ['set', 'policy', 'precision', 'recall', 'F1'],
      ...sets.flatMap(({ set, best, bestPrecise }) =>
        [bestPrecise, best]
          .filter((scored, index) => index === 0 || scored !== bestPrecise)
          .map((scored) => [set, ...policyCells(scored)]),
      ),
    ]),
    'Names alone:',
    toTable([
      ['names of', 'pairs of one', 'joined', 'pairs of two', 'joined falsely'],
      ...namePairs.map(({ kind, sameNames, sameJoined, otherNames, otherJoined }) => [
        kind === 'person' ? 'persons' : 'companies and others',
        ...[sameNames, sameJoined, otherNames, otherJoined.length].map(String),
      ]),
    ]),
  ].join('\n\n');
}

function toTable(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: Row): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return rows.flatMap((row, index) => (index === 0 ? [line(row), rule] : [line(row)])).join('\n');
}
