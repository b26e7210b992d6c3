import { createClickHouseDatabase, freePort } from '@bigdata/testing';
import { hostileCalls, hostileRequests, strayAnswers, strayCalls } from './testing/hostile-requests';
import { startWatchedService, type WatchedService } from './testing/watched-service';

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

test.each(PAYLOADS)(
  'hostile text %j finds nothing, breaks nothing and changes no statement, wherever it stands',
  async (payload) => {
    expect(await strayAnswers(watched.service, hostileRequests(payload))).toEqual([]);
    expect(await strayCalls(watched.service, hostileCalls(payload))).toEqual([]);
    expect(watched.takeStrayStatements()).toEqual([]);
  },
);
