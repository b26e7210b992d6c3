/** An HTTP hop in front of ClickHouse that keeps the text of every statement that passes, as ClickHouse gets it. */
import { createServer, request, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface StatementRecorder {
  /** ClickHouse's URL with the hop's address. */
  readonly url: string;
  /** Statements since the last call, each text once. */
  take(): string[];
  close(): Promise<void>;
}

export async function startStatementRecorder(clickhouseUrl: string): Promise<StatementRecorder> {
  const target = new URL(clickhouseUrl);
  let seen = new Set<string>();
  const hop = createServer((near, answer) => {
    void (async () => {
      const body = await buffer(near);
      const statement = statementIn(near, body);
      if (statement !== null) seen.add(statement);
      const { hostname: host, port } = target;
      const { method, url: path, headers } = near;
      const far = request({ host, port, method, path, headers }, (given) => {
        answer.writeHead(given.statusCode ?? 502, given.rawHeaders);
        given.pipe(answer);
        given.on('error', () => answer.destroy());
      });
      far.on('error', () => answer.destroy());
      answer.on('close', () => far.destroy());
      far.end(body);
    })().catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => hop.listen(0, '127.0.0.1', resolve));
  const url = new URL(clickhouseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((hop.address() as AddressInfo).port);
  return {
    url: url.href,
    take() {
      const taken = [...seen];
      seen = new Set();
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        hop.close(() => resolve());
        hop.closeAllConnections();
      }),
  };
}

/** In the address, in the body, or where parameters are too long for an address in a part of the body. Null: a ping. */
function statementIn({ url = '/', headers }: IncomingMessage, body: Buffer): string | null {
  const { pathname, searchParams } = new URL(url, 'http://clickhouse');
  if (pathname === '/ping') return null;
  const inAddress = searchParams.get('query');
  if (inAddress !== null) return `${inAddress}${body.toString()}`;
  const text = body.toString();
  if (!headers['content-type']?.startsWith('multipart/')) return text;
  const part = /name="query"\r\n(?:[^\r\n]+\r\n)*\r\n([\s\S]*?)\r\n--/.exec(text);
  if (part?.[1] === undefined) throw new Error('no statement in a request to ClickHouse');
  return part[1];
}
