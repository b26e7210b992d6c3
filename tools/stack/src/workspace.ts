import { existsSync } from 'node:fs';
import path from 'node:path';
import { StackError } from './stack-error';

/** The repository's root: the nearest folder above this file that holds nx.json, from source or from dist. */
export function workspaceRoot(from: string = __dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'nx.json'))) return folder;
    if (folder === path.dirname(folder))
      throw new StackError('missing_file', `No nx.json in any folder above ${from}.`);
  }
}
