/** The command line as a whole: global flags, commands, one exit code. */
import { Command, CommanderError } from 'commander';
import { createApiClient } from './api-client';
import { CliError } from './cli-error';
import { addAnalyzeCommand } from './commands/analyze';
import { addAuditCommand } from './commands/audit';
import { addBackupCommands } from './commands/backups';
import { addCreditCommands } from './commands/credits';
import { addDatasetCommands } from './commands/datasets';
import { addErasureCommands } from './commands/erasures';
import { addIngestCommand } from './commands/ingest';
import { addJobCommands } from './commands/jobs';
import { addKeyCommands } from './commands/keys';
import { addLogCommands } from './commands/logs';
import { addMigrateCommand } from './commands/migrate';
import { addPlanCommands } from './commands/plans';
import { addQueryCommand } from './commands/query';
import { addStatsCommand } from './commands/stats';
import { addTraceCommands } from './commands/trace';
import { addUserCommands } from './commands/users';
import { resolveConnection } from './connection';
import { type CliContext, type CommandContext } from './context';
import { createOutput } from './output';

interface GlobalFlags {
  readonly url?: string;
  readonly key?: string;
  readonly json?: boolean;
}

export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** @returns the exit code: 0 only when the thing asked for happened */
export async function runCli(
  args: readonly string[],
  context: CliContext,
  streams: Streams,
): Promise<number> {
  const program = new Command('bigdata')
    .description("The operators' command line of bigdata-api")
    .option('--url <url>', 'gateway (BIGDATA_URL)')
    .option('--key <key>', 'API key (BIGDATA_ADMIN_KEY, or BIGDATA_API_KEY for queries)')
    .option('--json', 'JSON instead of tables')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(text),
    });

  const contextOf = (command: Command): CommandContext => {
    const flags = command.optsWithGlobals<GlobalFlags>();
    const json = flags.json ?? false;
    return {
      ...context,
      json,
      output: createOutput({ json, ...streams }),
      api: (purpose) => createApiClient(resolveConnection(flags, context.env, context.home, purpose)),
    };
  };

  addIngestCommand(program, contextOf);
  addAnalyzeCommand(program, contextOf);
  addJobCommands(program, contextOf);
  addDatasetCommands(program, contextOf);
  addUserCommands(program, contextOf);
  addPlanCommands(program, contextOf);
  addKeyCommands(program, contextOf);
  addCreditCommands(program, contextOf);
  addLogCommands(program, contextOf);
  addAuditCommand(program, contextOf);
  addQueryCommand(program, contextOf);
  addErasureCommands(program, contextOf);
  addStatsCommand(program, contextOf);
  addTraceCommands(program, contextOf);
  addMigrateCommand(program, contextOf);
  addBackupCommands(program, contextOf);

  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    if (!(error instanceof CliError)) throw error;
    const json = args.includes('--json');
    streams.stderr.write(
      json
        ? `${JSON.stringify({ error: error.message, ...(error.problem ?? {}) })}\n`
        : `bigdata: ${error.message}\n`,
    );
    return EXIT_FAILED;
  }
}
