import { type ReceivedEvent, readEvents } from './read-events';

async function read(chunks: string[]): Promise<ReceivedEvent[]> {
  async function* bytes() {
    for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk, 'latin1'));
  }
  const events: ReceivedEvent[] = [];
  for await (const event of readEvents(bytes())) events.push(event);
  return events;
}

const TEXT =
  ':\n\nid: 1\nevent: progress\ndata: {"a": "b: c"}\n\n: alive\n\ndata: x\r\ndata:y\r\n\r\nevent: cut';

it('gives whole events and neither comments nor what breaks off, however the bytes are cut', async () => {
  const whole = [
    { event: 'progress', data: '{"a": "b: c"}' },
    { event: 'message', data: 'x\ny' },
  ];
  expect(await read([TEXT])).toEqual(whole);
  expect(await read(Array.from(TEXT))).toEqual(whole);
});

it('puts characters together that two chunks share', async () => {
  const bytes = Buffer.from('data: ü\n\n').toString('latin1');
  expect(await read([bytes.slice(0, 7), bytes.slice(7)])).toEqual([{ event: 'message', data: 'ü' }]);
});
