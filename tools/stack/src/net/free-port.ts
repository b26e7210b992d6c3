import { createServer } from 'node:net';

/**
 * A TCP port that is free on 127.0.0.1 now. Somebody else can take it before its user binds it, so starters
 * that pick one here try again with another when the server reports it taken.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new Error('The probe socket has no port.'));
      });
    });
  });
}

/** Whether nobody listens on the port of 127.0.0.1. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
