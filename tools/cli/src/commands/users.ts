import { ROUTES, type Role, type User } from '@bigdata/models';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandContext } from '../context';
import { findUser } from '../find-user';
import { KEY_COLUMNS } from '../key-columns';
import { type Column } from '../output';

/** No plan can be called so: the command means its absence. */
const NO_PLAN = 'none';

const COLUMNS: readonly Column<User>[] = [
  { title: 'ID', value: (user) => user.id },
  { title: 'USERNAME', value: (user) => user.username },
  { title: 'ROLE', value: (user) => user.role },
  { title: 'PLAN', value: (user) => user.plan },
  { title: 'CREDITS', value: (user) => user.credits, align: 'right' },
  { title: 'DISABLED', value: (user) => (user.disabled ? 'yes' : 'no') },
  { title: 'CREATED', value: (user) => user.created_at },
];

export function addUserCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  const users = program.command('users').description('users and their wallets');

  users
    .command('list', { isDefault: true })
    .description('newest first')
    .option('--search <text>', 'only names that contain this')
    .option('--limit <n>', 'how many', wholeNumber, 100)
    .action(async (options: { search?: string; limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const { data } = await api('admin').call(ROUTES.listUsers, {
        query: { search: options.search, limit: options.limit },
      });
      output.items(data.data, COLUMNS);
      if (data.page.has_more)
        output.say(`There are more than ${options.limit}: raise --limit or use --search.`);
    });

  users
    .command('create <name>')
    .description('create a user; its first key is shown once')
    .option('--role <role>', 'user or admin', 'user')
    .option('--credits <n>', 'opening credits', wholeNumber, 0)
    .action(async (username: string, options: { role: string; credits: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const { data } = await api('admin').call(ROUTES.createUser, {
        body: { username, role: options.role as Role, credits: options.credits },
      });
      output.item(data, {
        id: data.user.id,
        username: data.user.username,
        role: data.user.role,
        credits: data.user.credits,
        'API key': data.key.api_key,
      });
      output.say('The key is shown this once: keep it now.');
    });

  users
    .command('show <user>')
    .description('one user, by id or name, with its keys')
    .action(async (idOrName: string, _options: object, command: Command) => {
      const { output, api, json } = contextOf(command);
      const client = api('admin');
      const { id } = await findUser(client, idOrName);
      const { data } = await client.call(ROUTES.readUser, { params: { id } });
      output.item(json ? data : data.user);
      if (!json) {
        output.items(data.keys, KEY_COLUMNS);
      }
    });

  users
    .command('plan <user> <plan>')
    .description('put a user on a plan; "none" takes it off the one it is on')
    .action(async (idOrName: string, plan: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const client = api('admin');
      const { id } = await findUser(client, idOrName);
      const body = { plan: plan === NO_PLAN ? null : plan };
      const { data } = await client.call(ROUTES.updateUser, { params: { id }, body });
      output.items([data.user], COLUMNS);
    });

  for (const [name, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    users
      .command(`${name} <user>`)
      .description(disabled ? 'stop all keys of a user' : 'let a disabled user in again')
      .action(async (idOrName: string, _options: object, command: Command) => {
        const { output, api } = contextOf(command);
        const client = api('admin');
        const { id } = await findUser(client, idOrName);
        const { data } = await client.call(ROUTES.updateUser, { params: { id }, body: { disabled } });
        output.items([data.user], COLUMNS);
      });
  }
}

/** Reads a flag that holds a whole number of at least 0. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
