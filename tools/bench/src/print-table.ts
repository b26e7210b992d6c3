import Table from 'cli-table3';
import { type FigureTable } from './benchmark';

/** Aligned text for a terminal. */
export const toTerminalTable = ({ head, rows }: FigureTable): string => {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
};

/** Markdown as prettier leaves it: columns as wide as their widest cell. */
export const toMarkdownTable = ({ head, rows }: FigureTable): string => {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
};
