import { type Child, type Exit, type ProcessRegistry } from '../process/child';

/** A database server that answers on 127.0.0.1. */
export type RunningServer = {
  name: string;
  /** With user and password: what its clients are given. */
  url: string;
  port: number;
  pid: number;
  logFile: string;
  stop(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  exited: Promise<Exit>;
};

export type ServerOptions = {
  /** Holds the server's data; made when missing. */
  dir: string;
  /** Receives everything it prints, appended. */
  logFile: string;
  password: string;
  /** A given port is kept over restarts; without one a free one is picked. */
  port?: number | undefined;
  registry?: ProcessRegistry | undefined;
  readyTimeoutMs?: number | undefined;
};

export const READY_TIMEOUT_MS = 60_000;

export function toRunningServer(child: Child, url: string, port: number): RunningServer {
  return {
    name: child.name,
    url,
    port,
    pid: child.pid,
    logFile: child.logFile,
    stop: () => child.stop(),
    signal: (signal) => {
      child.signal(signal);
    },
    exited: child.exited,
  };
}
