import { ClickHouseError } from './clickhouse-error';

const DEFAULT_FORMAT = 'TabSeparated';
const DEFAULT_CONTENT_TYPE = 'text/plain; charset=UTF-8';

/** The engine's output formats and their content types, by name in lower case: names are case-insensitive. */
export class Formats {
  private readonly known: ReadonlyMap<string, { name: string; contentType: string }>;

  /** `table` is `SELECT name, content_type FROM system.formats` as TSV. */
  constructor(table: string) {
    this.known = new Map(
      table
        .trimEnd()
        .split('\n')
        .map((line) => {
          const [name = '', contentType = ''] = line.split('\t');
          return [name.toLowerCase(), { name, contentType: contentType || DEFAULT_CONTENT_TYPE }];
        }),
    );
  }

  /** The format of an answer: the statement's own, else the request's, else TabSeparated. */
  resolve(named: string | undefined, requested: string | undefined): { name: string; contentType: string } {
    const name = named ?? requested ?? DEFAULT_FORMAT;
    const format = this.known.get(name.toLowerCase());
    if (format) return format;
    // A statement's own format is the engine's to refuse; the request's goes into the SQL, so it must be a name.
    if (named === undefined && !/^\w+$/.test(name)) throw ClickHouseError.of(73, `Unknown format ${name}.`);
    return { name, contentType: DEFAULT_CONTENT_TYPE };
  }
}
