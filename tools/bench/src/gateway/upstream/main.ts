/** A service that answers every request with 1 KB, at once or after the time its path names: `/v1/query?after_ms=5`. */
import { createServer } from 'node:http';

const body = Buffer.from(JSON.stringify({ data: [{ text: 'x'.repeat(1_000) }] }));

const server = createServer((request, response) => {
  const afterMs = Number(/after_ms=(\d+)/.exec(request.url ?? '')?.[1] ?? 0);
  const answer = (): void => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  };
  request.resume();
  request.once('end', () => {
    if (afterMs === 0) answer();
    else setTimeout(answer, afterMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env['PORT']), '127.0.0.1', () => process.send?.('ready'));
