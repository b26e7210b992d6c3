/** One request through all services, shown as the tree of what was done for it. */
import { ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
import { CliError } from '../cli-error';
import { type CommandContext } from '../context';
import { addReadingOptions, type ReadingFlags, toReading } from '../reading-options';
import { awaitTrace } from '../trace/await-trace';
import { receiveSpans } from '../trace/receive-spans';
import { type SpanNode, toRows } from '../trace/span-tree';
import { uploadFile } from '../upload-file';
import { watchJob } from '../watch-job';
import { parseQuery } from './query';
import { wholeNumber } from './users';

interface ListenFlags {
  readonly listen: number;
}

const OTLP_PORT = 4_318;
const TRACE_TIMEOUT_MS = 15_000;

export function addTraceCommands(program: Command, contextOf: (command: Command) => CommandContext): void {
  const trace = program
    .command('trace')
    .description(
      `receive traces for one request and print its tree; the services must run with OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${OTLP_PORT} TRACE_RATIO=1`,
    );
  const listening = (command: Command): Command =>
    command.option('--listen <port>', 'port that the services send traces to', wholeNumber, OTLP_PORT);

  listening(trace.command('query <json>').description('run a metered query and print its trace')).action(
    async (text: string, { listen }: ListenFlags, command: Command) => {
      const context = contextOf(command);
      await printTrace(
        context,
        listen,
        () => true,
        async () => {
          const { headers } = await context.api('user').call(ROUTES.runQuery, { body: parseQuery(text) });
          return requestIdIn(headers);
        },
      );
    },
  );

  listening(
    addReadingOptions(
      trace.command('load <file>').description('load a file and print the trace of the load'),
    ),
  ).action(async (file: string, options: ReadingFlags & ListenFlags, command: Command) => {
    const context = contextOf(command);
    const reading = await toReading(options);
    await printTrace(context, options.listen, hasEndedLoad, async () => {
      const api = context.api('admin');
      const source = await uploadFile(api, file, context);
      const { data, headers } = await api.call(ROUTES.createJob, {
        body: { source, ...reading, force: true },
      });
      const job = await watchJob(api, data, 'load', context);
      if (job.state !== 'succeeded') throw new CliError(`The load ${job.state}: ${job.error?.detail ?? ''}`);
      return requestIdIn(headers);
    });
  });
}

async function printTrace(
  { output, json, wait }: CommandContext,
  port: number,
  isWhole: (tree: SpanNode) => boolean,
  send: () => Promise<string>,
): Promise<void> {
  const receiver = await receiveSpans(port);
  try {
    const requestId = await send();
    const tree = await awaitTrace(receiver, requestId, { timeoutMs: TRACE_TIMEOUT_MS, wait, isWhole });
    if (json) {
      output.item(tree);
      return;
    }
    output.items(toRows(tree), [
      { title: 'service', value: ({ service }) => service },
      { title: 'span', value: ({ span }) => span },
      { title: 'from ms', value: ({ start_ms }) => start_ms.toFixed(2), align: 'right' },
      { title: 'ms', value: ({ duration_ms }) => duration_ms.toFixed(2), align: 'right' },
      { title: '', value: ({ note }) => note },
    ]);
    output.say(`request ${requestId}`);
  } finally {
    await receiver.close();
  }
}

/** Work on the job is told when its entry in the queue is done, after all of its pieces. */
function hasEndedLoad(tree: SpanNode): boolean {
  const within = (node: SpanNode): boolean => node.name === 'ingest process' || node.children.some(within);
  return within(tree);
}

function requestIdIn(headers: Headers): string {
  return headers.get('x-request-id') ?? '';
}
