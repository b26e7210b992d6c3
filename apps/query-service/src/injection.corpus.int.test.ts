/** Public lists of attacks, read from the folder that BIGDATA_CORPUS names; without it this suite is not run. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import { hostileCalls, hostileRequests, strayAnswers, strayCalls } from './testing/hostile-requests';
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

function* chunksOf<T>(all: readonly T[]): Generator<T[]> {
  for (let at = 0; at < all.length; at += AT_ONCE) yield all.slice(at, at + AT_ONCE);
}

test.each(FILES)(
  'no line of %s finds anything, breaks anything or changes a statement, wherever it stands',
  async (file) => {
    const payloads = payloadsOf(file);
    expect(payloads.length).toBeGreaterThan(10);
    const stray: unknown[] = [];
    for (const part of chunksOf(payloads.flatMap(hostileRequests))) {
      stray.push(...(await strayAnswers(watched.service, part)));
    }
    for (const part of chunksOf(payloads.flatMap(hostileCalls))) {
      stray.push(...(await strayCalls(watched.service, part)));
    }
    expect(stray).toEqual([]);
    expect(watched.takeStrayStatements()).toEqual([]);
  },
  1_800_000,
);
