/** One command to a Redis, past every client: for what clients give to nobody. */
import { connect } from 'node:net';

/**
 * @param url with password, and with a logical database when it is not the first
 * @returns the reply as Redis writes it, without its last line break, such as `+OK` or `:2`
 */
export async function askRedis(url: string, ...command: readonly string[]): Promise<string> {
  const { hostname, port, password, pathname } = new URL(url);
  const commands = [
    ['AUTH', decodeURIComponent(password)],
    ['SELECT', pathname.slice(1) || '0'],
    command,
    ['QUIT'],
  ];
  const socket = connect({ host: hostname, port: Number(port) });
  for (const words of commands) {
    socket.write(
      `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`,
    );
  }
  const text = Buffer.concat((await socket.toArray()) as Buffer[]).toString('latin1');
  const reply = /^\+OK\r\n\+OK\r\n(.*)\r\n\+OK\r\n$/s.exec(text)?.[1];
  if (reply === undefined) throw new Error(`Redis refused: ${text}`);
  return reply;
}
