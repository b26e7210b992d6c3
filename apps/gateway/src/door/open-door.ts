/** The public port: Express behind it, and what node:http leaves to its user. */
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';
import { listen, type Listening, PROBLEM_MEDIA_TYPE } from '@bigdata/platform';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export async function openDoor(app: Listener, host: string, port: number): Promise<Listening> {
  /** Connections with an answer under way: nothing else may be written to them. */
  const answering = new WeakSet<Duplex>();
  const serve: Listener = (request, response) => {
    const { socket } = request;
    answering.add(socket);
    response.once('close', () => answering.delete(socket));
    app(request, response);
  };
  const door = await listen(serve, host, port);
  // The steps decide whether the body is wanted: node:http would ask for every one.
  door.server.on('checkContinue', serve);
  door.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable && error.code !== 'ECONNRESET' && !answering.has(socket)) {
      socket.end(answerTo(error.code));
    } else socket.destroy();
  });
  return door;
}

/** For bytes that are no HTTP: there is no request yet that could have an id or a log entry. */
function answerTo(code: string | undefined): string {
  const [status, title] =
    code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large']
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : [400, 'Bad Request'];
  const body = JSON.stringify({ type: 'about:blank', title, status });
  return [
    `HTTP/1.1 ${status} ${title}`,
    'Connection: close',
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}
