/** The one file of the suite that reads the environment. */

/** Folder of the third-party files, or null when the machine has none. */
export function corpusFolder(): string | null {
  return process.env['BIGDATA_CORPUS'] ?? null;
}

/** The environment of a command that finds the stack of `home`. */
export function environmentOf(home: string): NodeJS.ProcessEnv {
  return { ...process.env, BIGDATA_HOME: home };
}
