import { createServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { sendEvents, type ServerSentEvent } from './event-stream';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A server that answers with these events, and what became of sending them. */
async function serve(events: AsyncIterable<ServerSentEvent<unknown>>, keepAliveMs = 60_000) {
  const outcome = Promise.withResolvers<unknown>();
  const server = createServer((_request, response) => {
    const aborted = new AbortController();
    response.once('close', () => aborted.abort());
    sendEvents(response, events, { signal: aborted.signal, keepAliveMs }).then(
      () => outcome.resolve('sent'),
      (error: unknown) => {
        outcome.resolve(error);
        response.destroy();
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const request = get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  return { response, outcome: outcome.promise };
}

async function* never(): AsyncGenerator<never> {
  await new Promise(() => undefined);
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response as AsyncIterable<string>) text += chunk;
  return text;
}

test('each event is one block with a rising id, and the answer ends after the last one', async () => {
  async function* two() {
    yield await Promise.resolve({ event: 'progress', data: { text: 'two\nlines' } });
    yield { event: 'end', data: null };
  }
  const { response, outcome } = await serve(two());
  expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(await textOf(response)).toBe(
    'id: 1\nevent: progress\ndata: {"text":"two\\nlines"}\n\nid: 2\nevent: end\ndata: null\n\n',
  );
  expect(await outcome).toBe('sent');
});

test('the head leaves before the first event, and comments keep a silent stream alive', async () => {
  const { response } = await serve(never(), 20);
  const [first] = (await once(response, 'data')) as [string];
  expect(first).toBe(':\n\n');
});

test('what the events throw is told to the caller, and the stream does not look whole', async () => {
  async function* broken() {
    yield await Promise.resolve({ event: 'progress', data: 1 });
    throw new Error('broken');
  }
  const { response, outcome } = await serve(broken());
  await expect(textOf(response)).rejects.toThrow('aborted');
  expect(await outcome).toEqual(new Error('broken'));
});

test('a client that takes nothing and goes away ends the sending', async () => {
  async function* endless() {
    for (;;) yield await Promise.resolve({ event: 'progress', data: 'x'.repeat(100_000) });
  }
  const { response, outcome } = await serve(endless());
  response.pause();
  response.destroy();
  expect(await outcome).toBe('sent');
});
