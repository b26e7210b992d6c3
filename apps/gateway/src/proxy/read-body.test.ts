import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { ClientGone } from '../chain/exchange';
import { readWhole } from './read-body';

const BYTES_MAX = 10;
const aRequest = (): IncomingMessage => new IncomingMessage(new Socket());

test('a body is read in whole', async () => {
  const request = aRequest();
  const body = readWhole(request, BYTES_MAX);
  request.push('{"a":');
  request.push('1}');
  request.push(null);
  expect((await body).toString()).toBe('{"a":1}');
});

test('a body over the limit is refused while it arrives', async () => {
  const request = aRequest();
  const body = readWhole(request, BYTES_MAX);
  request.push('x'.repeat(BYTES_MAX + 1));
  await expect(body).rejects.toMatchObject({ code: 'payload_too_large' });
});

test('a client that goes while its body arrives ends the reading', async () => {
  const request = aRequest();
  const body = readWhole(request, BYTES_MAX);
  request.push('{');
  request.destroy();
  await expect(body).rejects.toThrow(ClientGone);
});

test('a client that has gone before its body is read ends it, too', async () => {
  const request = aRequest();
  request.push('{}');
  request.destroy();
  await new Promise((resolve) => request.once('close', resolve));
  await expect(readWhole(request, BYTES_MAX)).rejects.toThrow(ClientGone);
});
