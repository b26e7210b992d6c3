import { StackError, messageOf } from './stack-error';
import { type Stack } from './run-stack';

/** What a parent that started the stack with an IPC channel may ask for; tests do. */
export type ControlRequest =
  | { id: number; type: 'kill'; name: string; signal: NodeJS.Signals }
  | { id: number; type: 'restart'; name: string };

/** What such a parent is told. */
export type ControlEvent =
  | { type: 'ready'; gatewayUrl: string; adminKey: string; demoKey: string }
  | { type: 'failed'; message: string }
  | { type: 'done'; id: number; error: string | null };

/** Serves the parent over IPC, when there is one; without it, it does nothing. */
export function serveControl(stack: Stack): void {
  if (!process.send) return;
  const tell = (event: ControlEvent) => {
    if (process.connected) process.send?.(event, () => undefined); // the parent may be gone
  };
  stack.ready.then(
    ({ gatewayUrl, adminKey, demoKey }) => {
      tell({ type: 'ready', gatewayUrl, adminKey, demoKey });
    },
    (error: unknown) => {
      tell({ type: 'failed', message: messageOf(error) });
    },
  );
  const carryOut = async (request: ControlRequest) => {
    const running = await stack.ready;
    switch (request.type) {
      case 'kill':
        return running.kill(request.name, request.signal);
      case 'restart':
        return running.restart(request.name);
    }
    throw new StackError('bad_option', 'Unknown request.');
  };
  process.on('message', (request: ControlRequest) => {
    carryOut(request).then(
      () => {
        tell({ type: 'done', id: request.id, error: null });
      },
      (error: unknown) => {
        tell({ type: 'done', id: request.id, error: messageOf(error) });
      },
    );
  });
}
