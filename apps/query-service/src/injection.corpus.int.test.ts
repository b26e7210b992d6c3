/** Public lists of attacks, read from the folder that BIGDATA_CORPUS names; without it this suite is not run. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import { hostileCalls, hostileRequests, strayAnswers, strayCalls } from './testing/hostile-requests';
import { type TestService } from './testing/test-service';
import { startWatchedService, type WatchedService } from './testing/watched-service';

/** Set by jest.preset.cjs. */
declare const corpusFolder: string;

const FILES = ['fuzz/sqli-payloads.txt', 'fuzz/nosqli-payloads.txt', 'fuzz/blns.json'];
const AT_ONCE = 8;

let watched: WatchedService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const { url, database, cluster, drop: dropDatabase } = await createClickHouseDatabase();
  drop = dropDatabase;
  watched = await startWatchedService({ clickhouseUrl: url, database, cluster, port: await freePort() });
});

afterAll(async () => {
  await watched.stop();
  await drop();
});

function payloadsOf(file: string): string[] {
  const content = readFileSync(path.join(corpusFolder, file), 'utf8');
  return file.endsWith('.json') ? (JSON.parse(content) as string[]) : content.split('\n');
}

/** What is stray of all, asked for `AT_ONCE` at a time. */
async function strayOf<T>(
  all: readonly T[],
  find: (service: TestService, some: readonly T[]) => Promise<unknown[]>,
): Promise<unknown[]> {
  const stray: unknown[] = [];
  const left = all.values();
  const askOneByOne = async (): Promise<void> => {
    for (const one of left) stray.push(...(await find(watched.service, [one])));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOneByOne));
  return stray;
}

test.each(FILES)(
  'no line of %s finds anything, breaks anything or changes a statement, wherever it stands',
  async (file) => {
    const payloads = payloadsOf(file);
    expect(payloads.length).toBeGreaterThan(10);
    expect(await strayOf(payloads.flatMap(hostileRequests), strayAnswers)).toEqual([]);
    expect(await strayOf(payloads.flatMap(hostileCalls), strayCalls)).toEqual([]);
    expect(watched.takeStrayStatements()).toEqual([]);
  },
  1_800_000,
);
