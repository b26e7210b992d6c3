import { PROBLEM_CODES, type ProblemCode, ROUTES, USAGE_GROUPS, type UsageGroup } from '@bigdata/models';
import { type Command, Option } from 'commander';
import { type CommandContext } from '../context';
import { findUser } from '../find-user';
import { wholeNumber } from './users';

interface LogOptions {
  readonly user?: string;
  readonly keyId?: string;
  readonly route?: string;
  readonly status?: number;
  readonly code?: ProblemCode;
  readonly request?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

interface UsageOptions extends Pick<LogOptions, 'user' | 'keyId' | 'route' | 'from' | 'to' | 'limit'> {
  readonly by: UsageGroup;
}

/** `logs` and `usage`: what was asked, one by one and per day. */
export function addLogCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  program
    .command('logs')
    .description('requests, newest first')
    .option('--user <user>', 'only of this user, by id or name')
    .option('--key-id <id>', 'only with this key')
    .option('--route <path>', 'only to this route, such as /v1/query')
    .option('--status <n>', 'only with this status', wholeNumber)
    .addOption(
      new Option('--code <code>', 'only with this problem, such as rate_limited').choices(PROBLEM_CODES),
    )
    .option('--request <id>', 'only the request with this id')
    .option('--from <time>', 'ISO 8601, inclusive')
    .option('--to <time>', 'ISO 8601, exclusive')
    .option('--limit <n>', 'how many', wholeNumber, 20)
    .action(async (options: LogOptions, command: Command) => {
      const { output, api } = contextOf(command);
      const client = api('admin');
      const { user, keyId, request, ...filter } = options;
      const { data } = await client.call(ROUTES.listLogs, {
        query: {
          ...filter,
          user_id: user === undefined ? undefined : (await findUser(client, user)).id,
          key_id: keyId,
          request_id: request,
        },
      });
      output.items(data.data, [
        { title: 'TIME', value: (entry) => entry.created_at },
        { title: 'METHOD', value: (entry) => entry.method },
        { title: 'ROUTE', value: (entry) => entry.route },
        { title: 'STATUS', value: (entry) => entry.status, align: 'right' },
        { title: 'CODE', value: (entry) => entry.code },
        { title: 'MS', value: (entry) => entry.latency_ms, align: 'right' },
        { title: 'ROWS', value: (entry) => entry.rows, align: 'right' },
        { title: 'BYTES', value: (entry) => entry.bytes, align: 'right' },
        { title: 'CREDITS', value: (entry) => entry.credits, align: 'right' },
        { title: 'KEY', value: (entry) => entry.key_id },
        { title: 'REQUEST', value: (entry) => entry.request_id },
      ]);
    });

  program
    .command('usage')
    .description('what was used per day, latest first')
    .option('--user <user>', 'only by this user, by id or name')
    .option('--key-id <id>', 'only with this key')
    .option('--route <path>', 'only of this route')
    .option('--from <day>', 'first day, such as 2026-01-31 (UTC)')
    .option('--to <day>', 'last day')
    .addOption(new Option('--by <what>', 'one row per day and …').choices(USAGE_GROUPS).default('user'))
    .option('--limit <n>', 'how many', wholeNumber, 100)
    .action(async ({ user, keyId, by, ...filter }: UsageOptions, command: Command) => {
      const { output, api } = contextOf(command);
      const client = api('admin');
      const { data } = await client.call(ROUTES.readUsage, {
        query: {
          ...filter,
          user_id: user === undefined ? undefined : (await findUser(client, user)).id,
          key_id: keyId,
          group_by: by,
        },
      });
      output.items(data.data, [
        { title: 'DAY', value: (usage) => usage.day },
        { title: 'USER', value: (usage) => usage.username ?? usage.user_id },
        { title: 'KEY', value: (usage) => usage.key_id },
        { title: 'ROUTE', value: (usage) => usage.route },
        { title: 'REQUESTS', value: (usage) => usage.requests, align: 'right' },
        { title: 'REFUSED', value: (usage) => usage.refused, align: 'right' },
        { title: 'FAILED', value: (usage) => usage.failed, align: 'right' },
        { title: 'CREDITS', value: (usage) => usage.credits, align: 'right' },
        { title: 'ROWS', value: (usage) => usage.rows, align: 'right' },
        { title: 'MEAN MS', value: (usage) => usage.latency_mean_ms, align: 'right' },
      ]);
    });
}
