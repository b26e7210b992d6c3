import { type AccountTerms, accountTermsSchema, type Plan, ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';
import { type Column } from '../output';
import { wholeNumber } from './users';

const COLUMNS: readonly Column<Plan>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'USERS', value: ({ users }) => users, align: 'right' },
  { title: 'TERMS', value: ({ terms }) => terms },
  { title: 'UPDATED', value: ({ updated_at }) => updated_at },
];

export function addPlanCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  const plans = program.command('plans').description('terms under a name, for every user who is on the plan');

  plans
    .command('list', { isDefault: true })
    .description('newest first')
    .option('--limit <n>', 'how many', wholeNumber, 100)
    .action(async (options: { limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const { data } = await api('admin').call(ROUTES.listPlans, { query: { limit: options.limit } });
      output.items(data.data, COLUMNS);
      if (data.page.has_more) output.say(`There are more than ${options.limit}: raise --limit.`);
    });

  plans
    .command('show <name>')
    .description('the terms of one plan, and how many users are on it')
    .action(async (name: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const { data } = await api('admin').call(ROUTES.readPlan, { params: { name } });
      output.item(data);
    });

  plans
    .command('set <name> <file>')
    .description('make a plan, or give it the terms in a JSON file in place of all that it had')
    .action(async (name: string, file: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const terms = await readTerms(file);
      const { data } = await api('admin').call(ROUTES.putPlan, { params: { name }, body: { terms } });
      output.item(data);
    });

  plans
    .command('remove <name>')
    .description('delete a plan that no user is on')
    .action(async (name: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const { data } = await api('admin').call(ROUTES.deletePlan, { params: { name } });
      output.item(data);
    });
}

/** @throws CliError that says what of the file is no term */
async function readTerms(file: string): Promise<AccountTerms> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CliError(`${file} cannot be read as JSON: ${(error as Error).message}`);
  }
  const terms = accountTermsSchema.safeParse(content);
  if (terms.success) return terms.data;
  throw new CliError(
    terms.error.issues.map(({ path, message }) => `${[file, ...path].join(': ')}: ${message}`).join('\n'),
  );
}
