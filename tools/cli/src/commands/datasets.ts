import { type DatasetSettings, type KeyRule, keyPolicySchema, ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';
import { wholeNumber } from './users';

export function addDatasetCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  const datasets = program.command('datasets').description('datasets and what makes two rows one record');

  datasets
    .command('list', { isDefault: true })
    .description('newest first')
    .option('--limit <n>', 'how many', wholeNumber, 100)
    .action(async (options: { limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const { data } = await api('admin').call(ROUTES.listDatasets, { query: { limit: options.limit } });
      output.items(data.data, [
        { title: 'NAME', value: ({ name }) => name },
        { title: 'KEY POLICY', value: policyText },
        { title: 'CREATED', value: ({ created_at }) => created_at },
      ]);
      if (data.page.has_more) output.say(`There are more than ${options.limit}: raise --limit.`);
    });

  datasets
    .command('policy <name> [rules...]')
    .description('show the key policy, or set it before the first load; "default" sets the default rules')
    .action(async (name: string, rules: string[], _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const client = api('admin');
      const key_policy = rules.length === 1 && rules[0] === 'default' ? null : parsePolicy(rules);
      const { data } =
        rules.length === 0
          ? await client.call(ROUTES.readDataset, { params: { name } })
          : await client.call(ROUTES.putDataset, { params: { name }, body: { key_policy } });
      output.item(data, { name: data.name, 'key policy': policyText(data), created: data.created_at });
    });
}

/** @throws CliError that names the rules there are */
function parsePolicy(rules: readonly string[]): KeyRule[] {
  const policy = keyPolicySchema.safeParse(rules);
  if (policy.success) return policy.data;
  throw new CliError(policy.error.issues.map(({ message }) => message).join('\n'));
}

function policyText({ key_policy }: DatasetSettings): string {
  return key_policy === null ? 'default' : key_policy.join(', ');
}
