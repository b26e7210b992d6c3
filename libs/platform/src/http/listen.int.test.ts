import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { listen } from './listen';

test('close waits for a running request and does not wait for its keep-alive connection', async () => {
  let finish = (): void => undefined;
  const arrived = Promise.withResolvers<undefined>();
  const door = await listen(
    (_request, response) => {
      finish = () => response.end('done');
      arrived.resolve(undefined);
    },
    '127.0.0.1',
    0,
  );
  const agent = new Agent({ keepAlive: true });
  const request = get({ host: '127.0.0.1', port: door.port, agent });
  await arrived.promise;
  let closed = false;
  const closing = door.close().then(() => {
    closed = true;
  });
  expect(closed).toBe(false);
  finish();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(200);
  await closing;
  expect(closed).toBe(true);
  agent.destroy();
});

test('close does not wait for a connection that was opened ahead and never used', async () => {
  const door = await listen((_request, response) => response.end(), '127.0.0.1', 0);
  const socket = connect(door.port, '127.0.0.1');
  await once(door.server, 'connection');
  await Promise.all([door.close(), once(socket, 'close')]);
});
