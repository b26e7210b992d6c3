/** Collects the values of one statement; the SQL text gets typed placeholders and nothing of the values. */

export type SqlParameterType = 'String' | 'UUID' | 'UInt64' | "DateTime64(3, 'UTC')";
type SqlValue = string | readonly string[];

export interface SqlQuery {
  readonly sql: string;
  readonly params: Readonly<Record<string, SqlValue>>;
  /** Of ClickHouse, for this statement alone. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export interface SqlParameters {
  /** @returns the placeholder, such as `{p0:String}`; numbered in order of appearance, the same value only once */
  one(type: SqlParameterType, value: string): string;
  list(type: SqlParameterType, values: readonly string[]): string;
  all(): SqlQuery['params'];
}

export function createSqlParameters(): SqlParameters {
  const placeholders = new Map<string, string>();
  const params: Record<string, SqlValue> = {};
  const add = (type: string, value: SqlValue): string => {
    const identity = JSON.stringify([type, value]);
    const known = placeholders.get(identity);
    if (known !== undefined) return known;
    const name = `p${placeholders.size}`;
    params[name] = value;
    const placeholder = `{${name}:${type}}`;
    placeholders.set(identity, placeholder);
    return placeholder;
  };
  return {
    one: add,
    list: (type, values) => add(`Array(${type})`, values),
    all: () => Object.freeze(params),
  };
}
