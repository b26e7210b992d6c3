import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP hop in front of a server, so that a test can take the server away from one client alone. */
export type SeverableLink = {
  /** The server's URL with the hop's address. */
  url: string;
  /** Cuts every connection and refuses new ones. */
  sever: () => Promise<void>;
  /** Takes connections again, at the same address. */
  mend: () => Promise<void>;
  close: () => Promise<void>;
};

/** @param serverUrl of a TCP server, with its port */
export async function openSeverableLink(serverUrl: string): Promise<SeverableLink> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const hop = createServer((near) => {
    const far = connect({ host: target.hostname, port: Number(target.port) });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      hop.once('error', reject);
      hop.listen(port, '127.0.0.1', () => {
        hop.off('error', reject);
        resolve();
      });
    });
  await listen(0);
  const { port } = hop.address() as AddressInfo;
  const sever = async (): Promise<void> => {
    if (!hop.listening) return;
    const closed = new Promise<void>((resolve) => hop.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return { url: url.href, sever, mend: () => listen(port), close: sever };
}
