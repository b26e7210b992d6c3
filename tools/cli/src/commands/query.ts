import { ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
import { type z } from 'zod';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';

type QueryBody = z.input<(typeof ROUTES)['runQuery']['body']>;

export function addQueryCommand(program: Command, contextOf: (command: Command) => CommandContext): void {
  program
    .command('query <json>')
    .description(
      'run a metered query, such as \'{"where": {"field": "country", "op": "eq", "value": "US"}}\'',
    )
    .action(async (text: string, _options: object, command: Command) => {
      const { output, api, json } = contextOf(command);
      const { data, headers } = await api('user').call(ROUTES.runQuery, { body: parseBody(text) });
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

function parseBody(text: string): QueryBody {
  try {
    return JSON.parse(text) as QueryBody;
  } catch (error) {
    throw new CliError(`The query is not valid JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
