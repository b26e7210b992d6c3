import { connect } from 'node:net';

/** Empties the logical database that `url` names, as a Redis does that restarts without its data. */
export async function flushRedis(url: string): Promise<void> {
  const { hostname, port, password, pathname } = new URL(url);
  const commands = [
    ['AUTH', decodeURIComponent(password)],
    ['SELECT', pathname.slice(1)],
    ['FLUSHDB'],
    ['QUIT'],
  ];
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('data', (data) => (text += data.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    for (const command of commands) {
      socket.write(
        `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`,
      );
    }
  });
  if (answer !== '+OK\r\n'.repeat(commands.length)) throw new Error(`Redis refused to flush: ${answer}`);
}
