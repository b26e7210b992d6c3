/** The loads of the ingest benchmark, one contestant each, on servers that are there already. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { type BenchClickHouse } from '../system/bench-clickhouse';
import { type ClickHouseHttp } from '../system/clickhouse-http';
import { type Contestant, type PeopleFile } from './contestant';
import { type LoadFigures, measureLoad } from './measure-load';
import { type FileFormat, writePeopleFile } from './people-files';
import { startPlainPipeline } from './plain-load';
import { type ProductProcess } from './product-process';
import { createRawLoad, RAW_BLOCK_ROWS, rawSettings } from './raw-load';
import { renewDatabase } from './renew-database';
import { createWorkerLoad } from './worker-load';

export type LoadBenchOptions = {
  readonly rows: number;
  readonly cores: number;
  /** For the files; the product may read in it. */
  readonly folder: string;
  readonly database: string;
  readonly server: BenchClickHouse;
  /** Connected to the database. */
  readonly clickhouse: ClickHouseHttp;
  readonly product: ProductProcess;
  readonly progress: (line: string) => void;
};

/** The same rows, the smaller one fewer of them. */
export type Files = { readonly measured: PeopleFile; readonly warmUp: PeopleFile };

export type LoadBench = {
  /** Writes the files of a format, and removes them after use. */
  readonly withFiles: <T>(format: FileFormat, use: (files: Files) => Promise<T>) => Promise<T>;
  readonly worker: (files: Files) => Promise<LoadFigures>;
  readonly raw: (files: Files) => Promise<LoadFigures>;
  readonly plain: (files: Files) => Promise<LoadFigures>;
};

const SEED = 20_260_101;
/**
 * Loaded by everyone before the measured file, so that what runs is compiled: the worker's threads take some 60,000
 * rows at a time, and each of them has to come by some.
 */
const WARM_UP_ROWS_PER_CORE = 100_000;
/** The plain pipeline is one thread, and knows its rows after fewer. */
const PLAIN_WARM_UP_ROWS = 20_000;
/** The plain pipeline takes minutes for more, and its speed does not depend on the size. */
const PLAIN_ROWS_MAX = 200_000;

export const createLoadBench = (options: LoadBenchOptions): LoadBench => {
  const { rows, cores, folder, database, server, clickhouse, product, progress } = options;
  const target = { url: server.url, database };

  const write = async (name: string, format: FileFormat, count: number): Promise<PeopleFile> => {
    const file = path.join(folder, `${name}.${format}`);
    return { path: file, format, rows: count, bytes: await writePeopleFile(file, format, count, SEED) };
  };
  const measure = async (
    name: string,
    contestant: Contestant,
    { measured, warmUp }: Files,
  ): Promise<LoadFigures> => {
    progress(`${name}: ${measured.rows} rows of ${measured.format}`);
    const figures = await measureLoad(contestant, measured, {
      ...{ clickhouse, clickhousePid: server.pid, warmUp },
      renewDatabase: () => renewDatabase(clickhouse, target),
    });
    progress(`${name}: ${Math.round(figures.rowsPerS)} rows/s`);
    return figures;
  };

  return {
    async withFiles(format, use) {
      progress(`writing ${rows} rows of ${format}`);
      const measured = await write('people', format, rows);
      const warmUp = await write('warm-up', format, Math.min(rows, cores * WARM_UP_ROWS_PER_CORE));
      try {
        return await use({ measured, warmUp });
      } finally {
        for (const file of [measured, warmUp]) rmSync(file.path);
      }
    },
    async worker(files) {
      // A new process, so that its peak of memory is that of this file.
      await product.restartWorker();
      return measure('worker', createWorkerLoad(product), files);
    },
    async raw(files) {
      const loads: LoadFigures[] = [];
      for (const blockRows of RAW_BLOCK_ROWS) {
        const contestant = createRawLoad(clickhouse, rawSettings(cores, blockRows));
        loads.push(await measure(`ClickHouse raw, blocks of ${blockRows}`, contestant, files));
      }
      return loads.reduce((best, load) => (load.rowsPerS > best.rowsPerS ? load : best));
    },
    async plain({ measured, warmUp }) {
      const part = Math.min(1, PLAIN_ROWS_MAX / rows);
      const beginning = { ...measured, rows: Math.round(rows * part), bytes: measured.bytes * part };
      const pipeline = startPlainPipeline(target);
      const shortWarmUp = { ...warmUp, rows: Math.min(warmUp.rows, PLAIN_WARM_UP_ROWS) };
      try {
        return await measure('plain pipeline', pipeline, { measured: beginning, warmUp: shortWarmUp });
      } finally {
        pipeline.stop();
      }
    },
  };
};
