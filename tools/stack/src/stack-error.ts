/** What can go wrong before or while the stack runs; the message is for the person at the terminal. */
export type StackErrorCode =
  | 'bad_option'
  | 'home_in_use'
  | 'port_in_use'
  | 'missing_file'
  | 'redis_missing'
  | 'postgres_unreachable'
  | 'server_failed'
  | 'step_failed'
  | 'process_died'
  | 'first_start_failed';

export class StackError extends Error {
  constructor(
    readonly code: StackErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StackError';
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
