import { toMarkdownTable, toTerminalTable } from './print-table';

const TABLE = { head: ['design', 'ms'], rows: [['a|b', '1.5']] };

describe('a table of figures', () => {
  it('is aligned markdown whose cells cannot break out of their column', () => {
    expect(toMarkdownTable(TABLE)).toBe(
      ['| design | ms  |', '| ------ | --- |', '| a\\|b   | 1.5 |'].join('\n'),
    );
  });

  it('is a framed table on a terminal', () => {
    expect(toTerminalTable(TABLE)).toContain('│ a|b    │ 1.5 │');
  });
});
