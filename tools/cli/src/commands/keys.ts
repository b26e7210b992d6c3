import { randomBytes } from 'node:crypto';
import { generateApiKey, ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
import { type CommandContext } from '../context';
import { findUser } from '../find-user';

export function addKeyCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  const keys = program.command('keys').description('API keys of a user');

  keys
    .command('issue <user>')
    .description('issue a further key; it is shown once')
    .option('--expires <time>', 'ISO 8601, such as 2030-01-31T00:00:00Z')
    .action(async (idOrName: string, options: { expires?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      const client = api('admin');
      const { id } = await findUser(client, idOrName);
      const { data } = await client.call(ROUTES.issueKey, {
        params: { id },
        body: { expires_at: options.expires ?? null },
      });
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
