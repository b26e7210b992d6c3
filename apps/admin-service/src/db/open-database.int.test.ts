import { createServer, type AddressInfo } from 'node:net';
import { createLogger, Secret } from '@bigdata/platform';
import { sql } from 'kysely';
import { openDatabase } from './open-database';

/** A message of PostgreSQL's protocol: its type, the length of what follows, the content. */
function message(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
}

const AUTHENTICATED = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const KILLED = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mthe postmaster is gone\0\0'));

test('a server that dies in the moment in which it lets us in costs one query, not the process', async () => {
  const server = createServer((socket) => {
    // In one packet, so that nothing of ours runs between being let in and hearing the end.
    socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, KILLED])));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const db = openDatabase({
    url: new Secret(`postgres://user:password@127.0.0.1:${port}/database`),
    connectionsMax: 2,
    logger: createLogger({ service: 'test', level: 'error', format: 'json' }),
  });
  for (let query = 0; query < 3; query += 1) {
    await expect(sql`SELECT 1`.execute(db)).rejects.toMatchObject({ code: 'unavailable' });
  }
  await db.destroy();
  await new Promise((resolve) => server.close(resolve));
});
