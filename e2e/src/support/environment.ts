/** The one file of the suite that reads the environment. */

/** The environment of a command that finds the stack of `home`. */
export function environmentOf(home: string): NodeJS.ProcessEnv {
  return { ...process.env, BIGDATA_HOME: home };
}
