import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/** A value that never prints itself: in a template, in JSON, in a log or in a debugger it reads `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The real text. Called only where it is handed to a driver or to a hash. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
