import { type ProblemCode } from '@bigdata/models';

/** A failure that is told to the user as one sentence; `problem` is set when the API gave it. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly problem: { code: ProblemCode; status: number; request_id: string } | null = null,
  ) {
    super(message);
  }
}
