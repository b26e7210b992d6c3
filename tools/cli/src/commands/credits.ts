import { ROUTES } from '@bigdata/models';
import { type Command, InvalidArgumentError } from 'commander';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';
import { findUser } from '../find-user';
import { runServiceBundle, storesOf } from '../service-bundle';
import { wholeNumber } from './users';

export function addCreditCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  const credits = program.command('credits').description('credits and their ledger');

  credits
    .command('grant <user> <amount>')
    .description('add credits; a negative amount (after --) takes some away')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .option('--expires <time>', 'when what is left of them is gone, such as 2030-01-31T00:00:00Z')
    .option('--idempotency-key <key>', 'makes a repeated call harmless')
    .action(
      async (
        idOrName: string,
        amount: string,
        options: { reason: string; expires?: string; idempotencyKey?: string },
        command: Command,
      ) => {
        if (!/^-?\d{1,15}$/.test(amount))
          throw new InvalidArgumentError('The amount must be a whole number.');
        const { output, api } = contextOf(command);
        const client = api('admin');
        const { id } = await findUser(client, idOrName);
        const { data } = await client.call(ROUTES.grantCredits, {
          params: { id },
          body: { amount: Number(amount), reason: options.reason, expires_at: options.expires ?? null },
          headers: idempotencyHeaders(options.idempotencyKey),
        });
        output.item(data, {
          entry: data.entry.id,
          amount: data.entry.amount,
          expires: data.entry.expires_at,
          balance: data.balance,
        });
      },
    );

  credits
    .command('reverse <user> <entry>')
    .description('undo a grant, an adjustment or a charge by an entry of its own')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .option('--idempotency-key <key>', 'makes a repeated call harmless')
    .action(
      async (
        idOrName: string,
        entryId: string,
        options: { reason: string; idempotencyKey?: string },
        command: Command,
      ) => {
        const { output, api } = contextOf(command);
        const client = api('admin');
        const { id } = await findUser(client, idOrName);
        const { data } = await client.call(ROUTES.reverseEntry, {
          params: { id, entry_id: entryId },
          body: { reason: options.reason },
          headers: idempotencyHeaders(options.idempotencyKey),
        });
        output.item(data, { entry: data.entry.id, amount: data.entry.amount, balance: data.balance });
      },
    );

  credits
    .command('verify')
    .description('recompute every balance from the ledger; exit code 1 when anything differs')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const env = storesOf(context, ['DATABASE_URL']);
      const args = context.json ? ['--json'] : [];
      const code = await runServiceBundle(context, 'admin-service/verify-credits.js', args, env);
      if (code !== 0) throw new CliError('The books do not agree, or could not be read.');
    });

  credits
    .command('ledger <user>')
    .description('every change of a wallet, newest first')
    .option('--limit <n>', 'how many', wholeNumber, 20)
    .action(async (idOrName: string, options: { limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const client = api('admin');
      const { id } = await findUser(client, idOrName);
      const { data } = await client.call(ROUTES.listCredits, {
        params: { id },
        query: { limit: options.limit },
      });
      output.items(data.data, [
        { title: 'ENTRY', value: (entry) => entry.id },
        { title: 'TIME', value: (entry) => entry.created_at },
        { title: 'KIND', value: (entry) => entry.kind },
        { title: 'AMOUNT', value: (entry) => entry.amount, align: 'right' },
        { title: 'BALANCE', value: (entry) => entry.balance_after, align: 'right' },
        { title: 'REQUEST', value: (entry) => entry.request_id },
        { title: 'REASON', value: (entry) => entry.reason },
      ]);
    });
}

function idempotencyHeaders(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { 'idempotency-key': key };
}
