/** One keep-alive connection to the gateway, and as little around it as can be. */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

export type Gateway = {
  /** The body of an answer that is 200. @throws Error with the answer otherwise */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<string>;
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
    close: () => agent.destroy(),
  };
};
