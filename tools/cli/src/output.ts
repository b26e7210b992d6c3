/** Tables for people, JSON for scripts. Data goes to standard output, everything said beside it to standard error. */
import Table from 'cli-table3';

export interface Output {
  /** One thing: its members as a table, or the thing itself as JSON. */
  item(value: object, members?: Readonly<Record<string, unknown>>): void;
  /** Many things: one row each, or a JSON array. */
  items<T extends object>(values: readonly T[], columns: readonly Column<T>[]): void;
  /** A bare text, for command substitution in a shell. */
  raw(text: string): void;
  /** A piece of a file, as it is; resolves when there is room for the next. */
  bytes(piece: Uint8Array): Promise<void>;
  /** A sentence for people; scripts do not see it. */
  say(text: string): void;
}

export interface Column<T> {
  readonly title: string;
  readonly value: (item: T) => unknown;
  readonly align?: 'right';
}

export interface OutputOptions {
  readonly json: boolean;
  readonly stdout: {
    write(piece: string | Uint8Array): unknown;
    once?(event: 'drain', listener: () => void): unknown;
  };
  readonly stderr: { write(text: string): unknown };
}

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

export function createOutput({ json, stdout, stderr }: OutputOptions): Output {
  const print = (text: string): void => void stdout.write(`${text}\n`);
  return {
    item(value, members = { ...value }) {
      if (json) return print(JSON.stringify(value));
      const table = new Table({
        chars: BORDERLESS,
        style: { border: [], 'padding-left': 0, 'padding-right': 0 },
      });
      for (const [name, member] of Object.entries(members)) table.push([name, toCell(member)]);
      print(withoutTrailingBlanks(table.toString()));
    },
    items(values, columns) {
      if (json) return print(JSON.stringify(values));
      if (values.length === 0) return print('(none)');
      const table = new Table({
        head: columns.map(({ title }) => title),
        colAligns: columns.map(({ align }) => align ?? 'left'),
        chars: BORDERLESS,
        style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
      });
      for (const item of values) table.push(columns.map(({ value }) => toCell(value(item))));
      print(withoutTrailingBlanks(table.toString()));
    },
    raw: print,
    bytes: (piece) =>
      new Promise((resolve) => {
        if (stdout.write(piece) === false && stdout.once) stdout.once('drain', resolve);
        else resolve();
      }),
    say(text) {
      if (!json) stderr.write(`${text}\n`);
    },
  };
}

/** Cells are padded to the width of their column; the last one need not be. */
function withoutTrailingBlanks(text: string): string {
  return text.replace(/ +$/gm, '');
}

/** Control characters would drive the terminal: data never may. */
function toCell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);

  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD');
}
