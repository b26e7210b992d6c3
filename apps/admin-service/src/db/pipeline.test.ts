import { EventEmitter } from 'node:events';
import { type PoolClient } from 'pg';
import { openPipeline } from './pipeline';

const AHEAD = '/* prepared: write, sent ahead */ UPDATE wallets';

/** A server that answers when a test says so. */
function silentClient() {
  const sent: string[] = [];
  const answers: (() => void)[] = [];
  const client = Object.assign(new EventEmitter(), {
    query: (statement: string | { text: string }) =>
      new Promise((resolve) => {
        const text = typeof statement === 'string' ? statement : statement.text;
        sent.push(text);
        answers.push(() => resolve({ command: 'SELECT', rowCount: 1, rows: [{ text }] }));
      }),
    release: jest.fn(),
  });
  return {
    client: client as unknown as PoolClient,
    released: client.release,
    sent,
    answerAll: () => answers.splice(0).forEach((answer) => answer()),
  };
}

test('a transaction that sends ahead waits once to read and once to end', async () => {
  const server = silentClient();
  const { query, release } = openPipeline(server.client, true);
  await query('begin', []);
  await query(AHEAD, []);
  const read = query('SELECT 1', []);
  expect(server.sent).toEqual(['begin', AHEAD, 'SELECT 1']);
  server.answerAll();
  expect(await read).toMatchObject({ rows: [{ text: 'SELECT 1' }] });
  await query(AHEAD, []);
  const ended = query('commit', []);
  expect(server.sent.slice(3)).toEqual([AHEAD, 'commit']);
  server.answerAll();
  await ended;
  release();
  expect(server.released).toHaveBeenCalledWith(false);
});

test('a transaction whose first statement is awaited has begun before it is sent', async () => {
  const server = silentClient();
  const { query } = openPipeline(server.client, true);
  await query('begin', []);
  const read = query('SELECT 1', []);
  expect(server.sent).toEqual(['begin']);
  server.answerAll();
  await new Promise(setImmediate);
  expect(server.sent).toEqual(['begin', 'SELECT 1']);
  server.answerAll();
  await read;
});

test('a connection with statements whose answers nobody has seen is not used again', async () => {
  const server = silentClient();
  const { query, release } = openPipeline(server.client, true);
  await query('begin', []);
  await query(AHEAD, []);
  release();
  expect(server.released).toHaveBeenCalledWith(true);
});
