import { ROUTES } from '@bigdata/models';
import { type Command, Option } from 'commander';
import { type z } from 'zod';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';
import { writeWhole } from '../write-whole';

type QueryBody = z.input<(typeof ROUTES)['runQuery']['body']>;

const MEDIA_TYPES = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
} as const;

interface QueryOptions {
  readonly format: 'json' | keyof typeof MEDIA_TYPES;
  readonly output?: string;
}

export function addQueryCommand(program: Command, contextOf: (command: Command) => CommandContext): void {
  program
    .command('query <json>')
    .description(
      'run a metered query, such as \'{"where": {"field": "country", "op": "eq", "value": "US"}, "order_by": [{"field": "last_name"}]}\'',
    )
    .addOption(
      new Option('--format <name>', 'json: one page; the others: the whole result')
        .choices(['json', ...Object.keys(MEDIA_TYPES)])
        .default('json'),
    )
    .option('--output <file>', 'where a whole result goes; the file is there once it is whole')
    .action(async (text: string, { format, output: file }: QueryOptions, command: Command) => {
      const { output, api, json } = contextOf(command);
      if (format !== 'json') {
        const pieces = api('user').download(ROUTES.runQuery, MEDIA_TYPES[format], { body: parseQuery(text) });
        if (file === undefined) for await (const piece of pieces) await output.bytes(piece);
        else output.say(`${file}: ${await writeWhole(file, pieces)} bytes`);
        return;
      }
      if (file !== undefined) throw new CliError('--output takes a whole result: name its --format.');
      const { data, headers } = await api('user').call(ROUTES.runQuery, { body: parseQuery(text) });
      if (json) return output.item(data);
      const names = [...new Set(data.data.flatMap((record) => Object.keys(record)))];
      output.items(
        data.data,
        names.map((name) => ({ title: name, value: (record) => record[name] })),
      );
      output.say(
        [
          `${data.data.length} records${data.page.has_more ? ' and more' : ''}`,
          data.count ? `${data.count.relation === 'eq' ? '' : 'about '}${data.count.value} in all` : null,
          `charged ${headers.get('x-credits-charged') ?? '?'}, ${headers.get('x-credits-remaining') ?? '?'} credits left`,
          `request ${data.request_id}`,
        ]
          .filter((part) => part !== null)
          .join(' | '),
      );
    });
}

export function parseQuery(text: string): QueryBody {
  try {
    return JSON.parse(text) as QueryBody;
  } catch (error) {
    throw new CliError(`The query is not valid JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
