import fs from 'node:fs';
import http from 'node:http';
import zlib from 'node:zlib';
import { ask, createDirectory, post, startServer, type SpawnedServer } from './testing/spawned-server';

let server: SpawnedServer;
let url: string;

beforeAll(async () => {
  server = await startServer(createDirectory());
  url = server.url;
});

afterAll(async () => {
  await server.stop();
  fs.rmSync(server.directory, { recursive: true, force: true });
});

describe('compression', () => {
  const encoders = {
    gzip: zlib.gzipSync,
    deflate: zlib.deflateSync,
    br: zlib.brotliCompressSync,
    zstd: zlib.zstdCompressSync,
  };
  const decoders = {
    gzip: zlib.gunzipSync,
    deflate: zlib.inflateSync,
    br: zlib.brotliDecompressSync,
    zstd: zlib.zstdDecompressSync,
  };
  const encodings = Object.keys(encoders) as (keyof typeof encoders)[];

  test.each(encodings)('a %s statement is understood', async (encoding) => {
    const response = await fetch(url, {
      method: 'POST',
      body: new Uint8Array(encoders[encoding](Buffer.from('SELECT 42'))),
      headers: { 'Content-Encoding': encoding },
    });
    expect(await response.text()).toBe('42\n');
  });

  test.each(encodings)('a %s insert is understood, whatever its size', async (encoding) => {
    const table = `packed_${encoding}`;
    await ask(url, `CREATE TABLE ${table} (a UInt64) ENGINE = MergeTree ORDER BY a`);
    const rows = Array.from({ length: 20_000 }, (_, a) => `{"a":${a}}`).join('\n');
    const response = await fetch(`${url}/?query=INSERT+INTO+${table}+FORMAT+JSONEachRow`, {
      method: 'POST',
      body: new Uint8Array(encoders[encoding](Buffer.from(rows))),
      headers: { 'Content-Encoding': encoding },
    });
    expect(await response.text()).toBe('');
    expect(await ask(url, `SELECT count(), sum(a) FROM ${table}`)).toBe('20000\t199990000');
  });

  test.each(encodings)('an answer is packed with %s on request, small or large', async (encoding) => {
    for (const rows of [1, 500_000]) {
      const body = await new Promise<Buffer>((resolve, reject) => {
        const request = http.request(
          `${url}/?enable_http_compression=1`,
          { method: 'POST', headers: { 'Accept-Encoding': encoding } },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => resolve(Buffer.concat(chunks)));
            expect(response.headers['content-encoding']).toBe(encoding);
          },
        );
        request.on('error', reject);
        request.end(`SELECT number FROM numbers(${rows}) FORMAT RowBinary`);
      });
      expect(decoders[encoding](body).length).toBe(rows * 8);
    }
  });

  test('nothing is packed unless the setting asks for it', async () => {
    const response = await post(url, 'SELECT 1', {}, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  test('an encoding ClickHouse does not know is an error', async () => {
    const response = await post(url, 'SELECT 1', {}, { headers: { 'Content-Encoding': 'rot13' } });
    expect(response.headers.get('x-clickhouse-exception-code')).toBe('89');
  });
});
