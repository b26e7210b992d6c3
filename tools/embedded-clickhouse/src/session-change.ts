import { type SessionChange } from './engine-connection';
import { SqlLexer } from './sql-lexer';
import { type Statement } from './statement';

/** What a SET or USE leaves behind in its session. */
export function readSessionChange(text: string, statement: Statement): SessionChange {
  if (statement.verb === 'USE') return { settings: new Map(), database: usedDatabase(text, statement) };
  if (statement.verb === 'SET') return { settings: assignments(text, statement), database: undefined };
  return { settings: new Map(), database: undefined };
}

function usedDatabase(text: string, statement: Statement): string | undefined {
  const words = tokens(text, statement);
  const name = words.at(-1);
  if (words.length < 2 || name === undefined) return undefined;
  return /^[`"]/.test(name) ? name.slice(1, -1).replace(/\\(.)|([`"])\2/g, '$1$2') : name;
}

/** `SET a = 1, b = 'x'`: the literals as they were written. */
function assignments(text: string, statement: Statement): Map<string, string> {
  const settings = new Map<string, string>();
  const words = tokens(text, statement).slice(1);
  let name: string | undefined;
  let literal: string[] = [];
  const flush = () => {
    if (name !== undefined && literal.length > 0) settings.set(name, literal.join(' '));
    name = undefined;
    literal = [];
  };
  let depth = 0;
  for (const word of words) {
    if ('([{'.includes(word)) depth += 1;
    if (')]}'.includes(word)) depth -= 1;
    if (word === ',' && depth === 0) flush();
    else if (name === undefined) name = word;
    else if (word !== '=' || literal.length > 0) literal.push(word);
  }
  flush();
  return settings;
}

function tokens(text: string, statement: Statement): string[] {
  const scanned = text.slice(0, statement.end);
  const lexer = new SqlLexer(scanned);
  const found: string[] = [];
  for (let token = lexer.next(); token; token = lexer.next())
    found.push(scanned.slice(token.start, token.end));
  return found.map((word) => Buffer.from(word, 'latin1').toString('utf8'));
}
