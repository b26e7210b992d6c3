/** An https server on 127.0.0.1 under names of its own, with a certificate that a client has to be given. */
import { createServer } from 'node:https';
import { type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

export interface TestHttps {
  readonly port: number;
  /** PEM. */
  readonly certificate: string;
  /** `path range` of every request, in order. */
  readonly requests: string[];
  /** Connections that were ever made. */
  connections(): number;
  /** Answers the requests from now on. */
  serve(listener: RequestListener): void;
  close(): Promise<void>;
}

/** @param names that the certificate is for */
export async function startTestHttps(names: readonly string[]): Promise<TestHttps> {
  const { private: key, cert: certificate } = await generate([{ name: 'commonName', value: 'test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) }],
  });
  const requests: string[] = [];
  let listener: RequestListener = (_request, response) => void response.writeHead(404).end();
  let connections = 0;
  const server = createServer({ key, cert: certificate }, (request, response) => {
    requests.push(`${request.url ?? ''} ${request.headers.range ?? ''}`.trim());
    listener(request, response);
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    certificate,
    requests,
    connections: () => connections,
    serve: (next) => void (listener = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
