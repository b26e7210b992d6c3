const LOUD_LEVELS = new Set(['warn', 'error', 'fatal']);
const LOUD_TEXT = /\b(WARN|WARNING|ERROR|FATAL|PANIC)\b/;

/** What the terminal shows of a logged line: all of it when verbose, else warnings and errors; null: nothing. */
export function toTerminalLine(name: string, line: string, verbose: boolean): string | null {
  if (line.trim() === '') return null;
  const parsed = parse(line);
  const loud = parsed ? LOUD_LEVELS.has(parsed.level) : LOUD_TEXT.test(line);
  return loud || verbose ? `[${name}] ${line}` : null;
}

function parse(line: string): { level: string } | null {
  if (!line.startsWith('{')) return null;
  try {
    const { level } = JSON.parse(line) as { level?: unknown };
    return { level: typeof level === 'string' ? level : '' };
  } catch {
    return null;
  }
}
