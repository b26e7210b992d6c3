import { ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
import { type CommandContext } from '../context';
import { wholeNumber } from './users';

interface AuditOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

export function addAuditCommand(program: Command, contextOf: (command: Command) => CommandContext): void {
  program
    .command('audit')
    .description('who changed what, newest first')
    .option('--actor <id>', 'only changes by this user')
    .option('--action <name>', 'only these, such as key or key.issue')
    .option('--target <what>', 'only changes of this, such as user:<id>')
    .option('--from <time>', 'ISO 8601, inclusive')
    .option('--to <time>', 'ISO 8601, exclusive')
    .option('--limit <n>', 'how many', wholeNumber, 20)
    .action(async (options: AuditOptions, command: Command) => {
      const { output, api } = contextOf(command);
      const { actor, action, target, from, to, limit } = options;
      const { data } = await api('admin').call(ROUTES.listAudit, {
        query: { actor, action, target, from, to, limit },
      });
      output.items(data.data, [
        { title: 'TIME', value: (entry) => entry.created_at },
        { title: 'ACTOR', value: (entry) => entry.actor },
        { title: 'ACTION', value: (entry) => entry.action },
        { title: 'TARGET', value: (entry) => entry.target },
        { title: 'BEFORE', value: (entry) => entry.before },
        { title: 'AFTER', value: (entry) => entry.after },
      ]);
    });
}
