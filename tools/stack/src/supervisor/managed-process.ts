import { type Exit, describeExit } from '../process/child';
import { logTail } from '../process/log-tail';
import { StackError } from '../stack-error';

/** A running server or service, whatever started it. */
export type RunningProcess = {
  pid: number;
  stop(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  exited: Promise<Exit>;
};

/** One process of the stack, which may be killed and started again on purpose. */
export type ManagedProcess = {
  name: string;
  pid(): number | null;
  start(): Promise<void>;
  /** Ends it; not a failure. */
  stop(): Promise<void>;
  /** Sends the signal on purpose: when it ends of it, that is no failure either. */
  kill(signal: NodeJS.Signals): Promise<void>;
};

export type ManagedProcessOptions = {
  name: string;
  logFile: string;
  launch: () => Promise<RunningProcess>;
  /** Told when it ends without having been asked to. */
  onDeath: (error: StackError) => void;
};

const SURVIVED_SIGNALS: readonly NodeJS.Signals[] = ['SIGSTOP', 'SIGCONT'];

export function createManagedProcess({
  name,
  logFile,
  launch,
  onDeath,
}: ManagedProcessOptions): ManagedProcess {
  let running: RunningProcess | null = null;
  let endIsWanted = false;

  const watch = async (launched: RunningProcess) => {
    const exit = await launched.exited;
    running = null;
    if (endIsWanted) return;
    onDeath(
      new StackError(
        'process_died',
        `${name} died (${describeExit(exit)}). The end of ${logFile}:\n${await logTail(logFile)}`,
      ),
    );
  };

  return {
    name,
    pid: () => running?.pid ?? null,
    start: async () => {
      endIsWanted = false;
      running = await launch();
      void watch(running);
    },
    stop: async () => {
      endIsWanted = true;
      await running?.stop();
    },
    kill: async (signal) => {
      if (!running) return;
      const target = running;
      if (SURVIVED_SIGNALS.includes(signal)) {
        target.signal(signal);
        return;
      }
      endIsWanted = true;
      target.signal(signal);
      await target.exited;
    },
  };
}
