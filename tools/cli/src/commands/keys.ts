import { randomBytes } from 'node:crypto';
import { generateApiKey, issueKeySchema, ROUTES } from '@bigdata/models';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandContext } from '../context';
import { findUser } from '../find-user';
import { KEY_COLUMNS, PEPPER_COLUMNS } from '../key-columns';
import { wholeNumber } from './users';

interface IssueOptions {
  readonly name?: string;
  readonly scopes?: string[];
  readonly addresses?: string[];
  readonly fields?: string[];
  readonly expires?: string;
}

export function addKeyCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  const keys = program.command('keys').description('API keys of a user');

  keys
    .command('list <user>')
    .description('newest first')
    .option('--limit <n>', 'how many', wholeNumber, 100)
    .action(async (idOrName: string, options: { limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const client = api('admin');
      const { id } = await findUser(client, idOrName);
      const { data } = await client.call(ROUTES.listKeys, {
        params: { id },
        query: { limit: options.limit },
      });
      output.items(data.data, KEY_COLUMNS);
    });

  keys
    .command('issue <user>')
    .description('issue a further key; it is shown once')
    .option('--name <text>', 'what it is for')
    .option('--scopes <list>', 'only these, of query,lookup,stats,admin', listOf)
    .option('--addresses <list>', 'only from these addresses and CIDR ranges', listOf)
    .option('--fields <list>', 'only these fields of records', listOf)
    .option('--expires <time>', 'ISO 8601, such as 2030-01-31T00:00:00Z')
    .action(async (idOrName: string, options: IssueOptions, command: Command) => {
      const { output, api } = contextOf(command);
      const body = toBody(options);
      const client = api('admin');
      const { id } = await findUser(client, idOrName);
      const { data } = await client.call(ROUTES.issueKey, { params: { id }, body });
      output.item(data.key);
      output.say('The key is shown this once: keep it now.');
    });

  keys
    .command('generate')
    .description('make a key for ADMIN_API_KEY, before any gateway runs')
    .action((_options: object, command: Command) => {
      const { output, json } = contextOf(command);
      const { apiKey } = generateApiKey(randomBytes);
      if (json) output.item({ api_key: apiKey });
      else output.raw(apiKey);
    });

  keys
    .command('rotate <user> <key-id>')
    .description('issue a key in the place of another, which goes on working for a while')
    .option('--grace <seconds>', 'how long; 0 stops it at once', wholeNumber)
    .action(async (idOrName: string, keyId: string, options: { grace?: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const client = api('admin');
      const { id } = await findUser(client, idOrName);
      const { data } = await client.call(ROUTES.rotateKey, {
        params: { id, key_id: keyId },
        body: options.grace === undefined ? {} : { grace_s: options.grace },
      });
      const { replaced } = data;
      output.item(data, { ...data.key, 'old key ends': replaced.revoked_at ?? replaced.expires_at });
      output.say('The key is shown this once: keep it now.');
    });

  keys
    .command('peppers')
    .description('how many working keys are stored under which pepper')
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const { data } = await api('admin').call(ROUTES.readPeppers);
      output.items(data.peppers, PEPPER_COLUMNS);
    });

  keys
    .command('revoke <user> <key-id>')
    .description('stop a key at once')
    .action(async (idOrName: string, keyId: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const client = api('admin');
      const { id } = await findUser(client, idOrName);
      const { data } = await client.call(ROUTES.revokeKey, { params: { id, key_id: keyId } });
      output.item(data.key);
    });
}

/** @throws InvalidArgumentError for what the gateway would refuse too */
function toBody({ name, scopes, addresses, fields, expires }: IssueOptions) {
  const body = issueKeySchema.safeParse({
    name: name ?? null,
    scopes: scopes ?? null,
    allowed_addresses: addresses ?? null,
    fields: fields ?? null,
    expires_at: expires ?? null,
  });
  if (body.success) return body.data;
  throw new InvalidArgumentError(
    body.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
  );
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
