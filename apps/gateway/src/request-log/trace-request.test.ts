import { type IncomingMessage } from 'node:http';
import { NO_SPAN, type Tracing } from '@bigdata/platform';
import { createTraceRequest } from './trace-request';

const HEADER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const began = { ...NO_SPAN };
const joined = { ...NO_SPAN };
const asked: unknown[] = [];
const tracing: Tracing = {
  begin: () => began,
  join: (...given) => {
    asked.push(given);
    return joined;
  },
  close: () => Promise.resolve(),
};

const requestWith = (traceparent?: string) => ({
  request: { headers: traceparent === undefined ? {} : { traceparent } } as unknown as IncomingMessage,
  startedMs: 5,
});

test('as many requests are traced as the ratio says, whatever their clients say', () => {
  let next = 0;
  const options = { tracing, ratio: 0.25, trustClients: false, random: () => (next++ % 100) / 100 };
  const traceRequest = createTraceRequest(options);
  const spans = Array.from({ length: 100 }, () => traceRequest(requestWith(HEADER)));
  expect(spans.filter((span) => span === began)).toHaveLength(25);
  expect(spans.filter((span) => span === NO_SPAN)).toHaveLength(75);
  expect(asked).toEqual([]);
});

test("a trusted client's trace is gone on with, and decides even where the ratio is nothing", () => {
  const traceRequest = createTraceRequest({ tracing, ratio: 0, trustClients: true, random: () => 0.5 });
  expect(traceRequest(requestWith(HEADER))).toBe(joined);
  expect(asked).toEqual([[HEADER, 'request', 'server', 5]]);
  expect(traceRequest(requestWith())).toBe(NO_SPAN);
});
