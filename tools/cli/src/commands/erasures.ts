import { type Erasure, ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';
import { wholeNumber } from './users';

interface EraseOptions {
  readonly email?: string;
  readonly phone?: string;
  readonly record?: string;
  readonly country?: string;
  readonly reason?: string;
  readonly wait?: boolean;
}

const LOOK_EVERY_MS = 1_000;

export function addErasureCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  program
    .command('erase')
    .description('erase a person: hidden from every answer when this returns, deleted soon after')
    .option('--email <address>', 'by e-mail address, however it is written')
    .option('--phone <number>', 'by telephone number')
    .option('--record <id>', 'by record id')
    .option('--country <code>', 'how a number without a calling code is read, such as US')
    .option('--reason <text>', 'why: a ticket rather than who it is about')
    .option('--wait', 'return when no file of the database holds the rows any more')
    .action(async (options: EraseOptions, command: Command) => {
      const context = contextOf(command);
      const { email, phone, record, country, reason } = options;
      if ([email, phone, record].filter((given) => given !== undefined).length !== 1) {
        throw new CliError('Name exactly one of --email, --phone and --record.');
      }
      const { data } = await context
        .api('admin')
        .call(ROUTES.createErasure, { body: { email, phone, record_id: record, country, reason } });
      show(context, options.wait ? await untilDeleted(data, context) : data);
    });

  const erasures = program.command('erasures').description('receipts of erasures');

  erasures
    .command('list', { isDefault: true })
    .description('newest first')
    .option('--limit <n>', 'how many', wholeNumber, 100)
    .action(async (options: { limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const { data } = await api('admin').call(ROUTES.listErasures, { query: { limit: options.limit } });
      output.items(data.data, [
        { title: 'ID', value: ({ id }) => id },
        { title: 'STATE', value: ({ state }) => state },
        { title: 'BY', value: ({ subject }) => subject.kind },
        { title: 'RECORDS', value: ({ counts }) => counts?.records, align: 'right' },
        { title: 'REQUESTED', value: ({ requested_at }) => requested_at },
        { title: 'DELETED', value: ({ deleted_at }) => deleted_at },
        { title: 'REASON', value: ({ reason }) => reason },
      ]);
      if (data.page.has_more) output.say(`There are more than ${options.limit}: raise --limit.`);
    });

  erasures
    .command('show <id>')
    .description('how far one is')
    .action(async (id: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const { data } = await context.api('admin').call(ROUTES.readErasure, { params: { id } });
      show(context, data);
    });
}

async function untilDeleted(erasure: Erasure, { api, wait }: CommandContext): Promise<Erasure> {
  const client = api('admin');
  let latest = erasure;
  while (latest.state !== 'deleted') {
    await wait(LOOK_EVERY_MS);
    latest = (await client.call(ROUTES.readErasure, { params: { id: erasure.id } })).data;
  }
  return latest;
}

function show({ output }: CommandContext, erasure: Erasure): void {
  const { id, state, subject, reason, counts, requested_at, suppressed_at, deleted_at } = erasure;
  output.item(erasure, {
    id,
    state,
    ...{ by: subject.kind, 'subject hash': subject.hash, reason },
    ...{ records: counts?.records, 'record versions': counts?.record_versions, rejects: counts?.rejects },
    ...{ requested: requested_at, suppressed: suppressed_at, deleted: deleted_at },
  });
}
