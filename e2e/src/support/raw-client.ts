/** HTTP without the manners of fetch: the target and the headers go out just as they are given. */
import { Agent, request } from 'node:http';
import type { ReceivedAnswer } from './openapi';

export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

export interface RawClient {
  /** Reads the whole answer; of a stream of events only its head. */
  send(request: RawRequest): Promise<ReceivedAnswer>;
  close(): void;
}

export function createRawClient(url: string): RawClient {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true });
  return {
    send: ({ method, target, headers, body }) =>
      new Promise((resolve, reject) => {
        const length = body === null ? {} : { 'content-length': String(body.length) };
        const sent = request(
          { agent, hostname, port, method, path: target, headers: { ...headers, ...length } },
          (answer) => {
            const { statusCode = 0, headers: received } = answer;
            const end = (text: string) => {
              resolve({ status: statusCode, headers: received, text });
            };
            if (received['content-type']?.startsWith('text/event-stream') === true) {
              answer.destroy();
              end('');
              return;
            }
            const chunks: Buffer[] = [];
            answer.on('data', (chunk: Buffer) => chunks.push(chunk));
            answer.on('error', reject);
            answer.on('end', () => {
              end(Buffer.concat(chunks).toString('utf8'));
            });
          },
        );
        sent.on('error', reject);
        sent.end(body ?? undefined);
      }),
    close: () => {
      agent.destroy();
    },
  };
}
