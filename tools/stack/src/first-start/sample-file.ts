import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { writeSamplePeople } from '@bigdata/sample-data';

const ROWS = 20_000;
const SEED = 1;

/** Writes the sample file when it is not there: the same messy people on every machine. */
export async function ensureSampleFile(file: string): Promise<void> {
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  await writeSamplePeople({ path: partial, rows: ROWS, seed: SEED });
  renameSync(partial, file);
}
