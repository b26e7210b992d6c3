/** One keep-alive connection to the gateway, and as little around it as can be. */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

export type Gateway = {
  /** The body of an answer that is 200. @throws Error with the answer otherwise */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<string>;
  /** Reads the whole answer of POST /v1/query, and keeps nothing of it. @returns its bytes @throws as `ask` does */
  readonly stream: (accept: string, body: unknown) => Promise<number>;
  readonly close: () => void;
};

export const openGateway = (url: string, apiKey: string): Gateway => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    ask: (method, path, body) =>
      new Promise((resolve, reject) => {
        const headers = { 'x-api-key': apiKey, 'content-type': 'application/json' };
        request(`${url}${path}`, { method, agent, headers }, (answer) => {
          text(answer).then((content) => {
            const status = answer.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve(content);
            else reject(new Error(`${method} ${path}: HTTP ${status} ${content.slice(0, 1_000)}`));
          }, reject);
        })
          .once('error', reject)
          .end(body === undefined ? undefined : JSON.stringify(body));
      }),
    stream: (accept, body) =>
      new Promise((resolve, reject) => {
        const headers = {
          ...{ 'x-api-key': apiKey, 'content-type': 'application/json' },
          ...{ accept, 'accept-encoding': 'identity' },
        };
        request(`${url}/v1/query`, { method: 'POST', agent, headers }, (answer) => {
          if (answer.statusCode !== 200) {
            text(answer).then(
              (content) => reject(new Error(`${accept}: ${content.slice(0, 1_000)}`)),
              reject,
            );
            return;
          }
          let bytes = 0;
          // A torn answer ends with an error.
          answer.on('data', (piece: Buffer) => (bytes += piece.length));
          answer.once('end', () => resolve(bytes)).once('error', reject);
        })
          .once('error', reject)
          .end(JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
};
