/** Brings a local file into the inbox, with a progress bar. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ROUTES } from '@bigdata/models';
import { type ApiClient } from './api-client';
import { CliError } from './cli-error';
import { type CommandContext } from './context';
import { createProgress } from './progress';

/** @returns the source under which a job can load it */
export async function uploadFile(api: ApiClient, file: string, context: CommandContext): Promise<string> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new CliError(`There is no file "${file}".`);
  const progress = createProgress(context, `upload ${path.basename(file)}`, found.size);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    let sent = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      sent += chunk.length;
      progress.update(sent);
      yield chunk;
    }
  };
  try {
    const { data } = await api.call(ROUTES.uploadFile, {
      params: { name: inboxNameOf(file) },
      body: chunks(),
    });
    return data.source;
  } finally {
    progress.stop();
  }
}

/** The inbox takes plain names: anything else in a name becomes an underscore. */
function inboxNameOf(file: string): string {
  const name = path.basename(file).replace(/[^A-Za-z0-9._ -]/g, '_');
  return (/^[A-Za-z0-9_]/.test(name) ? name : `_${name}`).slice(-200);
}
