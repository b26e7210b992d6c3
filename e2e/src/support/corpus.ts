/** Folder of the third-party files, or null when the machine has none. */
export function corpusFolder(): string | null {
  return process.env['BIGDATA_CORPUS'] ?? null;
}
