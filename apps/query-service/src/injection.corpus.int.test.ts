/** Public lists of attacks, read from the folder that BIGDATA_CORPUS names; without it this suite is not run. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import { hostileRequests, insertVictims, strayAnswers } from './testing/hostile-requests';
import { startTestService, type TestService } from './testing/test-service';

/** Set by jest.preset.cjs. */
declare const corpusFolder: string;

const FILES = ['fuzz/sqli-payloads.txt', 'fuzz/nosqli-payloads.txt', 'fuzz/blns.json'];
const AT_ONCE = 8;

let service: TestService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const { url, database, drop: dropDatabase } = await createClickHouseDatabase();
  drop = dropDatabase;
  service = await startTestService({ clickhouseUrl: url, database, port: await freePort() });
  await insertVictims(service);
});

afterAll(async () => {
  await service.stop();
  await drop();
});

function payloadsOf(file: string): string[] {
  const content = readFileSync(path.join(corpusFolder, file), 'utf8');
  return file.endsWith('.json') ? (JSON.parse(content) as string[]) : content.split('\n');
}

test.each(FILES)(
  'no line of %s finds anything or breaks anything, wherever it stands',
  async (file) => {
    const requests = payloadsOf(file).flatMap(hostileRequests);
    expect(requests.length).toBeGreaterThan(100);
    const stray: unknown[] = [];
    for (let at = 0; at < requests.length; at += AT_ONCE) {
      stray.push(...(await strayAnswers(service, requests.slice(at, at + AT_ONCE))));
    }
    expect(stray).toEqual([]);
  },
  600_000,
);
