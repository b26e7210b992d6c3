/** A listening server whose close ends politely: no new connections, running requests finish. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';

/** How often a closing server cuts the connections whose last answer has just ended. */
const IDLE_SWEEP_MS = 50;

export interface Listening {
  readonly server: Server;
  readonly port: number;
  /** Waits for running requests; keep-alive connections are cut as soon as they are idle. */
  close(): Promise<void>;
}

/** @param port 0 picks a free one; `port` of the result says which */
export async function listen(app: RequestListener, host: string, port: number): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 30_000, requestTimeout: 0 }, app);
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const closeIdle = (): void => {
    server.closeIdleConnections();
    // node:http counts a connection that was opened ahead and never used as busy.
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        // A connection that ends its answer after this point stays open for the client's next request.
        const sweep = setInterval(closeIdle, IDLE_SWEEP_MS);
        server.close((error) => {
          clearInterval(sweep);
          if (error) reject(error);
          else resolve();
        });
        closeIdle();
      }),
  };
}
