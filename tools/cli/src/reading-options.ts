/** Options that say how a file is read, for a load and for an analysis alike. */
import { readFile } from 'node:fs/promises';
import { type CreateJob, type ReadHints } from '@bigdata/models';
import { type Command, InvalidArgumentError } from 'commander';
import { CliError } from './cli-error';

export interface ReadingFlags {
  readonly dataset: string;
  readonly country?: string;
  readonly map?: string;
  readonly format?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly xmlElement?: string;
  readonly jsonPath?: string;
  readonly hint?: Record<string, string>;
}

export type Reading = Pick<CreateJob, 'dataset' | 'country' | 'mapping' | 'hints'>;

export function addReadingOptions(command: Command): Command {
  return command
    .option('--dataset <name>', 'dataset the records belong to', 'default')
    .option('--country <code>', 'country of phone numbers without one, ISO 3166-1 alpha-2')
    .option('--map <file>', 'JSON file: {"column": "field"}')
    .option('--format <format>', 'csv, ndjson, json or xml, where the file does not tell')
    .option('--delimiter <character>', 'what stands between the fields of a CSV; "tab" for a tab')
    .option('--encoding <name>', 'utf-8, utf-16le, utf-16be or windows-1252')
    .option('--xml-element <name>', 'the element that is a record')
    .option('--json-path <path>', 'where the array of records is, such as result.people')
    .option('--hint <key=value>', 'any hint by its name in the API, such as has_header=false', addHint);
}

/** @throws CliError when the mapping cannot be read */
export async function toReading(flags: ReadingFlags): Promise<Reading> {
  const hints: ReadHints & Record<string, unknown> = {};
  const texts = {
    format: flags.format,
    delimiter: flags.delimiter,
    encoding: flags.encoding,
    xml_element: flags.xmlElement,
    json_path: flags.jsonPath,
    ...flags.hint,
  };
  for (const [name, text] of Object.entries(texts)) {
    if (text !== undefined) hints[name] = toHint(name, text);
  }
  return {
    dataset: flags.dataset,
    country: flags.country ?? null,
    mapping: flags.map === undefined ? {} : await readMapping(flags.map),
    // Whether they are hints at all is judged where they arrive.
    hints,
  };
}

function toHint(name: string, text: string): unknown {
  switch (name) {
    case 'has_header':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'json_path':
      return text === '' ? [] : text.split('.');
    case 'quote':
      return text === 'none' ? null : text;
    case 'delimiter':
      return text === 'tab' || text === '\\t' ? '\t' : text;
    default:
      return text;
  }
}

function addHint(argument: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, text] = /^([a-z_]+)=(.*)$/s.exec(argument) ?? [];
  if (name === undefined || text === undefined)
    throw new InvalidArgumentError('A hint is written as key=value.');
  return { ...before, [name]: text };
}

async function readMapping(file: string): Promise<CreateJob['mapping']> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as CreateJob['mapping'];
  } catch (error) {
    throw new CliError(
      `The mapping "${file}" cannot be read: ${error instanceof Error ? error.message : ''}`,
    );
  }
}
