/** What every command is given. */
import { type ApiClient } from './api-client';
import { type Environment } from './connection';
import { type Output } from './output';

export interface CliContext {
  readonly env: Environment;
  /** The repository, where the bundles are. */
  readonly root: string;
  /** BIGDATA_HOME. */
  readonly home: string;
  readonly stderr: NodeJS.WriteStream;
  readonly wait: (ms: number) => Promise<void>;
}

/** A context with the flags of one command line applied. */
export interface CommandContext extends CliContext {
  readonly output: Output;
  readonly json: boolean;
  /** Opens the API as an admin or as a user; only when a command needs it. */
  api(purpose: 'admin' | 'user'): ApiClient;
}
