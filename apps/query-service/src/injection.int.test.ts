import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import { hostileRequests, insertVictims, strayAnswers } from './testing/hostile-requests';
import { startTestService, type TestService } from './testing/test-service';

const PAYLOADS = [
  "' OR '1'='1",
  "'; DROP TABLE records; --",
  "') OR 1=1 --",
  '" OR ""="',
  '{p0:String}',
  '} OR 1=1 {',
  '\\',
  "\\'",
  '`',
  '%00',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  "1 UNION ALL SELECT * FROM url('http://127.0.0.1:1/')",
  '$where: function() { return true; }',
  '__proto__',
  'constructor',
  'dedupe_key',
  'email IS NOT NULL OR email',
  "attributes['x'].2",
  '\u202e\ufeff\u200b',
  'ß'.repeat(1_024),
  'ﷺ'.repeat(1_024),
];

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

test.each(PAYLOADS)(
  'hostile text %j finds nothing and breaks nothing, wherever it stands',
  async (payload) => {
    expect(await strayAnswers(service, hostileRequests(payload))).toEqual([]);
  },
);
