import { ROUTES, type StatsGroups, type StatsTotals } from '@bigdata/models';
import { type Command } from 'commander';
import { type CommandContext } from '../context';
import { type Column, type Output } from '../output';
import { wholeNumber } from './users';

interface StatsOptions {
  readonly groupBy?: string;
  readonly where?: string;
  readonly interval?: string;
  readonly limit?: number;
}

export function addStatsCommand(program: Command, contextOf: (command: Command) => CommandContext): void {
  program
    .command('stats')
    .description('how many records there are and what they have, or groups of them with their counts')
    .option('--group-by <fields>', 'one to three fields, such as country,company')
    .option('--where <json>', 'only the records that this filter finds')
    .option('--interval <length>', 'day or month, for first_seen_at and updated_at')
    .option('--limit <n>', 'how many groups', wholeNumber)
    .action(async (options: StatsOptions, command: Command) => {
      const { output, api, json } = contextOf(command);
      const { groupBy, ...others } = options;
      const query = { group_by: groupBy, ...others };
      const { data, headers } = await api('user').call(ROUTES.readStats, { query });
      if (json) return output.item(data);
      if ('groups' in data) sayGroups(data, output);
      else sayTotals(data, output);
      output.say(
        `as of ${data.as_of} | charged ${headers.get('x-credits-charged') ?? '?'}, ` +
          `${headers.get('x-credits-remaining') ?? '?'} credits left`,
      );
    });
}

function sayGroups({ groups, other, total }: StatsGroups, output: Output): void {
  const names = Object.keys(groups[0]?.key ?? {});
  const columns: Column<StatsGroups['groups'][number]>[] = [
    ...names.map((name) => ({ title: name, value: ({ key }: StatsGroups['groups'][number]) => key[name] })),
    { title: 'records', value: ({ count }) => count, align: 'right' },
  ];
  output.items(groups, columns);
  output.say(`${total} records in all, ${other} of them in other groups`);
}

function sayTotals(totals: StatsTotals, output: Output): void {
  const { records, distinct_emails, distinct_phones, datasets, coverage, last_ingest } = totals;
  output.item(totals, {
    records,
    'distinct e-mail addresses': distinct_emails,
    'distinct phone numbers': distinct_phones,
    'last ingest': last_ingest === null ? null : `${last_ingest.at} (${last_ingest.ingest_id})`,
    ...Object.fromEntries(datasets.map(({ name, records: size }) => [`dataset ${name}`, size])),
    ...Object.fromEntries(
      Object.entries(coverage).map(([field, share]) => [`have ${field}`, `${(share * 100).toFixed(1)} %`]),
    ),
  });
}
