/** Shows how a file would be read and mapped. */
import { type Analysis, ROUTES } from '@bigdata/models';
import { type Command } from 'commander';
import { type CommandContext } from '../context';
import { addReadingOptions, type ReadingFlags, toReading } from '../reading-options';
import { uploadFile } from '../upload-file';

export function addAnalyzeCommand(program: Command, contextOf: (command: Command) => CommandContext): void {
  addReadingOptions(
    program
      .command('analyze <file>')
      .description('upload a file and show how it would be read and mapped; loads nothing'),
  ).action(async (file: string, options: ReadingFlags, command: Command) => {
    const context = contextOf(command);
    const api = context.api('admin');
    const reading = await toReading(options);
    const source = await uploadFile(api, file, context);
    const { data } = await api.call(ROUTES.analyzeFile, { body: { source, ...reading } });
    show(data, context);
  });
}

function show(analysis: Analysis, { output, json }: CommandContext): void {
  if (json) return output.item(analysis);
  output.raw(formatLine(analysis));
  output.items(analysis.columns, [
    { title: 'COLUMN', value: ({ column }) => column },
    { title: 'FIELD', value: ({ column, field }) => field ?? `attributes.${column}` },
    { title: 'CONFIDENCE', value: ({ confidence }) => `${Math.round(confidence * 100)}%`, align: 'right' },
    { title: 'WHY', value: ({ reason }) => reason },
    { title: 'SAMPLES', value: ({ samples }) => samples.slice(0, 3).join(' | ') },
  ]);
  const fields = [...new Set(analysis.sample.flatMap(({ record }) => Object.keys(record)))];
  output.items(analysis.sample, [
    { title: 'LINE', value: ({ line }) => line, align: 'right' },
    ...fields.map((field) => ({
      title: field,
      value: ({ record }: Analysis['sample'][number]) => record[field],
    })),
    {
      title: 'WARNINGS',
      value: ({ warnings }) => warnings.map(({ field, code }) => `${field}: ${code}`).join(', '),
    },
  ]);
  if (analysis.rejects.length > 0) {
    output.items(analysis.rejects, [
      { title: 'REJECTED LINE', value: ({ line }) => line, align: 'right' },
      { title: 'CODE', value: ({ code }) => code },
      { title: 'REASON', value: ({ reason }) => reason },
    ]);
  }
}

/** Such as `csv, utf-8, delimiter ";", with a header`. */
function formatLine(analysis: Analysis): string {
  const { format, compression, encoding, delimiter, has_header, json_path, xml_element } = analysis;
  return [
    format,
    ...(compression === 'none' ? [] : [compression]),
    encoding,
    ...(delimiter === null ? [] : [`delimiter ${JSON.stringify(delimiter)}`]),
    ...(has_header === null ? [] : [has_header ? 'with a header' : 'without a header']),
    ...(json_path === null || json_path.length === 0 ? [] : [`records at ${json_path.join('.')}`]),
    ...(xml_element === null ? [] : [`element ${xml_element}`]),
  ].join(', ');
}
