export type ParameterValue = string | readonly string[];

const ESCAPES: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
  "'": "\\'",
  '\\': '\\\\',
};

/** A value of a query parameter as ClickHouse's HTTP interface reads it: escaped, and quoted within a list. */
export function formatParameter(value: ParameterValue): string {
  return typeof value === 'string'
    ? escape(value)
    : `[${value.map((item) => `'${escape(item)}'`).join(',')}]`;
}

function escape(text: string): string {
  return text.replace(/[\t\n\r\0'\\]/g, (character) => ESCAPES[character] ?? character);
}
