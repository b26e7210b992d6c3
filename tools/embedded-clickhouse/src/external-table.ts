import { ClickHouseError } from './clickhouse-error';
import { quoteIdentifier } from './rewrite';

/** What a request says of an external table besides its data. */
export type ExternalTableOptions = {
  readonly format?: string;
  readonly structure?: string;
  readonly types?: string;
};

/** A table that a multipart request brings along for its statement. */
export type ExternalTable = {
  readonly name: string;
  readonly options: ExternalTableOptions;
  readonly data: Buffer;
};

export function createExternalTable({ name, options }: ExternalTable): string {
  return `CREATE TEMPORARY TABLE ${quoteIdentifier(name)} (${structure(name, options)}) ENGINE = Memory`;
}

export function externalTableFormat({ options }: ExternalTable): string {
  const format = options.format ?? 'TabSeparated';
  if (!/^\w+$/.test(format)) throw ClickHouseError.of(73, `Unknown format ${format}.`);
  return format;
}

/** `_types` names columns _1, _2, … in their order. */
function structure(name: string, options: ExternalTableOptions): string {
  if (options.structure !== undefined) return options.structure;
  if (options.types === undefined)
    throw ClickHouseError.of(
      36,
      `Neither structure nor types have not been provided for external table ${name}`,
    );
  return splitTypes(options.types)
    .map((type, index) => `_${index + 1} ${type}`)
    .join(', ');
}

function splitTypes(types: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= types.length; at += 1) {
    const char = types[at];
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if ((char === ',' && depth === 0) || char === undefined) {
      found.push(types.slice(start, at).trim());
      start = at + 1;
    }
  }
  return found;
}
