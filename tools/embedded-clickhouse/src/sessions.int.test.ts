import fs from 'node:fs';
import {
  ask,
  createDirectory,
  eventually,
  post,
  startServer,
  type SpawnedServer,
} from './testing/spawned-server';

let server: SpawnedServer;
let url: string;

beforeAll(async () => {
  server = await startServer(createDirectory(), { args: ['--sessions', '4'] });
  url = server.url;
});

afterAll(async () => {
  await server.stop();
  fs.rmSync(server.directory, { recursive: true, force: true });
});

const code = (response: Response) => response.headers.get('x-clickhouse-exception-code');

test('a temporary table lives in its session and nowhere else', async () => {
  await ask(url, 'CREATE TEMPORARY TABLE mine (a UInt8)', { session_id: 'tables' });
  await ask(url, 'INSERT INTO mine VALUES (7)', { session_id: 'tables' });
  expect(await ask(url, 'SELECT a FROM mine', { session_id: 'tables' })).toBe('7');
  expect(code(await post(url, 'SELECT a FROM mine'))).toBe('60');
  expect(code(await post(url, 'SELECT a FROM mine', { session_id: 'tables 2' }))).toBe('60');
});

test('a temporary table without a session is gone with its request', async () => {
  await ask(url, 'CREATE TEMPORARY TABLE fleeting (a UInt8)');
  const responses = await Promise.all(Array.from({ length: 8 }, () => post(url, 'SELECT * FROM fleeting')));
  expect(new Set(responses.map(code))).toEqual(new Set(['60']));
});

test('SET and USE hold in the session; settings of one request end with it', async () => {
  const session = { session_id: 'settings' };
  const look = "SELECT getSetting('max_block_size'), currentDatabase()";
  await ask(url, 'CREATE DATABASE IF NOT EXISTS used');
  await ask(url, 'SET max_block_size = 111', session);
  await ask(url, 'USE used', session);
  expect(await ask(url, look, session)).toBe('111\tused');
  expect(await ask(url, look, { ...session, max_block_size: '222', database: 'default' })).toBe(
    '222\tdefault',
  );
  expect(await ask(url, look, session)).toBe('111\tused');
});

test('SET without a session changes nothing for others', async () => {
  await ask(url, 'SET max_block_size = 333');
  const seen = await Promise.all(
    Array.from({ length: 8 }, () => ask(url, "SELECT getSetting('max_block_size')")),
  );
  expect(seen).not.toContain('333');
});

test('an error leaves a session as it was', async () => {
  const session = { session_id: 'errors' };
  await ask(url, 'CREATE TEMPORARY TABLE kept (a UInt8)', session);
  await post(url, 'SELECT throwIf(number = 5) FROM numbers(10)', session);
  await post(url, 'SELECT 1', { ...session, missing_setting: '1' });
  await post(url, 'SELECT 1', { ...session, database: 'missing' });
  await post(url, 'EXPLAIN SELECT missing', session);
  expect(await ask(url, 'SELECT count() FROM kept', session)).toBe('0');
});

test('a session in use refuses a second statement with SESSION_IS_LOCKED', async () => {
  const session = { session_id: 'locked' };
  const slow = ask(url, 'SELECT sleepEachRow(0.2) FROM numbers(5)', session);
  const refused = await eventually(async () => {
    const response = await post(url, 'SELECT 1', session);
    expect(code(response)).toBe('373');
    return response.text();
  });
  expect(refused).toMatch(/Session locked is locked by a concurrent client.*\(SESSION_IS_LOCKED\)/);
  await slow;
  expect(await ask(url, 'SELECT 1', session)).toBe('1');
});

test('session_check asks for a session that is there', async () => {
  expect(code(await post(url, 'SELECT 1', { session_id: 'unseen', session_check: '1' }))).toBe('372');
  await ask(url, 'SELECT 1', { session_id: 'seen' });
  expect(await ask(url, 'SELECT 1', { session_id: 'seen', session_check: '1' })).toBe('1');
});

test('close_session ends it at once', async () => {
  await ask(url, 'SELECT 1', { session_id: 'closed', close_session: '1' });
  expect(code(await post(url, 'SELECT 1', { session_id: 'closed', session_check: '1' }))).toBe('372');
});

test.each([
  ['', '744'],
  ['x', '374'],
])('a session id "%s" with a bad timeout or none is an error', async (id, expected) => {
  expect(code(await post(url, 'SELECT 1', { session_id: id, session_timeout: '99999' }))).toBe(expected);
});
