/** A bare HTTP service whose answers a test decides, request by request. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Resolves when the caller went away before the answer was whole. */
  readonly aborted: Promise<void>;
}

export type Answer = (response: ServerResponse, seen: SeenRequest) => void;

export interface FakeService {
  readonly url: string;
  readonly seen: SeenRequest[];
  answer: Answer;
  stop(): Promise<void>;
}

export async function startFakeService(answer: Answer): Promise<FakeService> {
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    answer,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      response.once('close', () => {
        if (!response.writableFinished) resolve();
      });
    });
    if (request.url === '/livez') {
      response.end('{}');
      return;
    }
    let body = '';
    for await (const chunk of request) body += (chunk as Buffer).toString();
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body, aborted };
    fake.seen.push(seen);
    fake.answer(response, seen);
  }
}

export const answerJson =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

export const answerProblem =
  (status: number, code: string, members: Record<string, unknown> = {}): Answer =>
  (response, { url, headers }) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(
      JSON.stringify({
        type: `/problems/${code}`,
        title: code,
        status,
        detail: 'as the service says',
        instance: url,
        code,
        request_id: headers['x-request-id'],
        retryable: false,
        ...members,
      }),
    );
  };
