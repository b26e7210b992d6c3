/** What a check of the deployment files is, and what it may find. */

export type Outcome =
  | { readonly kind: 'passed'; readonly notes: readonly string[] }
  | { readonly kind: 'failed'; readonly reasons: readonly string[] }
  /** This machine cannot tell: no failure, but said aloud. */
  | { readonly kind: 'left-out'; readonly reason: string };

export interface Check {
  /** As `--only` takes it. */
  readonly name: string;
  /** What holds when it passes. */
  readonly about: string;
  readonly run: () => Promise<Outcome>;
}

/** What every check is made from. */
export interface DeployContext {
  /** The repository's root. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** For checks that take minutes: what they are doing. */
  readonly print: (line: string) => void;
}

/** @param notes figures worth a line */
export const passed = (...notes: readonly string[]): Outcome => ({ kind: 'passed', notes });

export const leftOut = (reason: string): Outcome => ({ kind: 'left-out', reason });

/** Failed for these reasons; passed when there are none. */
export const judged = (reasons: readonly string[], ...notes: readonly string[]): Outcome =>
  reasons.length === 0 ? passed(...notes) : { kind: 'failed', reasons };
