/**
 * The job cannot succeed, however often it is tried: what the file or the request is wrong about. Unlike an AppError
 * its codes are for readers alone, and `detail` is a sentence that its owner can act on; it may quote the header of
 * the file and is therefore never logged.
 */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';

  constructor(
    readonly code: string,
    readonly detail: string,
  ) {
    super(code);
  }
}
