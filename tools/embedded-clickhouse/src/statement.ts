import { ClickHouseError } from './clickhouse-error';
import { SqlLexer, type Token } from './sql-lexer';

/**
 * What the front must know of a statement to run it: whether rows come out, whether rows go in, where the data of
 * an INSERT begins, and where a clause can be put in. The engine does the real parsing; whatever is not recognised
 * here goes to it unchanged. The text is Latin-1, one character a byte, because binary data may follow it.
 */
export type Statement = {
  /** `select` streams rows out, `insert` takes rows in, `other` is everything else. */
  readonly kind: 'select' | 'insert' | 'other';
  /** First keyword, upper case. */
  readonly verb: string;
  /** Provably writes nothing and changes no state of the session. */
  readonly readOnly: boolean;
  /** Changes what later statements of its session see: SET, USE, temporary tables, transactions. */
  readonly changesSession: boolean;
  /** Names of `{name:Type}` parameters used. */
  readonly parameters: readonly string[];
  /** End of the last token of the statement; comments and `;` after it are left out. */
  readonly end: number;
  /** Where `INTO OUTFILE` (select) or `FROM INFILE` (insert) belongs. */
  readonly clauseAt: number;
  /** The format the statement names. */
  readonly format: string | undefined;
  /** Gives few rows by its own LIMIT, and has no SETTINGS clause at its end. */
  readonly isSmall: boolean;
  /** For `insert`: offset of the first byte of data. */
  readonly dataAt: number;
  /** For `insert`: the VALUES keyword to replace by a FORMAT clause. */
  readonly valuesAt: { readonly start: number; readonly end: number } | undefined;
  /** For `insert` reading through `input('structure')`: that call and its argument. */
  readonly input: { readonly start: number; readonly end: number; readonly structure: string } | undefined;
  /** Places that name `system.processes` as a table. */
  readonly processesAt: readonly { readonly start: number; readonly end: number }[];
  /** For KILL: places of the identifier `query_id`. */
  readonly queryIdsAt: readonly { readonly start: number; readonly end: number }[];
};

/** The statement may go on in bytes not read yet. */
export type Incomplete = 'incomplete';

const SELECT_VERBS = new Set(['SELECT', 'WITH', 'FROM', '(']);
const READ_ONLY_VERBS = new Set([
  'SELECT',
  'FROM',
  '(',
  'SHOW',
  'DESCRIBE',
  'DESC',
  'EXISTS',
  'EXPLAIN',
  'CHECK',
]);
const SESSION_VERBS = new Set(['SET', 'USE', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'EXECUTE']);

type Word = Token & { readonly upper: string };

/**
 * Parses the beginning of `text`. With `complete` false an INSERT whose data has begun is still recognised, and
 * anything else answers `incomplete`.
 * Throws SYNTAX_ERROR for a second statement and INTO_OUTFILE_NOT_ALLOWED for INTO OUTFILE.
 */
export function parseStatement(text: string, complete: boolean): Statement | Incomplete {
  return new StatementScan(text).run(complete);
}

/** The last FORMAT clause: nothing but SETTINGS may follow it. */
function formatClause(top: readonly Word[]): { keyword: Word; name: Word } | undefined {
  for (let index = top.length - 2; index >= 0; index -= 1) {
    const [keyword, name, after] = [top[index], top[index + 1], top[index + 2]];
    if (keyword?.upper !== 'FORMAT' || name?.type !== 'word') continue;
    if (after === undefined || after.upper === 'SETTINGS') return { keyword, name };
  }
  return undefined;
}

/** Up to it formatting in several threads costs more than it saves: about a millisecond for one row. */
const SMALL_ROWS_MAX = 1000;

function isSmall(text: string, top: readonly Word[]): boolean {
  if (top.some((word) => word.upper === 'SETTINGS')) return false;
  const limit = top.findLastIndex((word) => word.upper === 'LIMIT');
  const [rows, after] = [top[limit + 1], top[limit + 2]];
  if (limit < 0 || rows?.type !== 'number' || after?.upper === 'BY' || after?.upper === ',') return false;
  return Number(text.slice(rows.start, rows.end)) <= SMALL_ROWS_MAX;
}

class StatementScan {
  private readonly text: string;
  private readonly lexer: SqlLexer;
  private readonly parameters = new Set<string>();
  private readonly processesAt: { start: number; end: number }[] = [];
  private readonly queryIdsAt: { start: number; end: number }[] = [];
  private readonly recent: Word[] = [];
  private depth = 0;
  private end = 0;

  constructor(text: string) {
    this.text = text;
    this.lexer = new SqlLexer(text);
  }

  run(complete: boolean): Statement | Incomplete {
    const first = this.next();
    if (!first) return complete ? this.result({ verb: '', kind: 'other', readOnly: true }) : 'incomplete';
    if (first.upper === 'INSERT') return this.insert(complete);
    const statement = this.anything(first.upper);
    return complete ? statement : 'incomplete';
  }

  private anything(verb: string): Statement {
    let hasInsert = false;
    let isTemporary = false;
    const top: Word[] = [];
    for (let token = this.next(); token; token = this.next()) {
      if (token.upper === ';' && this.depth === 0) {
        this.rejectMore();
        break;
      }
      if (token.upper === 'INSERT') hasInsert = true;
      if (token.upper === 'TEMPORARY') isTemporary = true;
      if (this.depth > 0) continue;
      if (token.upper === 'OUTFILE' && top.at(-1)?.upper === 'INTO')
        throw ClickHouseError.of(358, 'INTO OUTFILE is not allowed');
      top.push(token);
    }
    const clause = formatClause(top);
    return this.result({
      verb,
      kind: SELECT_VERBS.has(verb) && !hasInsert ? 'select' : 'other',
      readOnly: (READ_ONLY_VERBS.has(verb) || verb === 'WITH') && !hasInsert,
      changesSession: SESSION_VERBS.has(verb) || isTemporary,
      format: clause && this.text.slice(clause.name.start, clause.name.end),
      clauseAt: clause ? clause.keyword.start : this.end,
      isSmall: isSmall(this.text, top),
    });
  }

  /** INSERT INTO [TABLE] [FUNCTION f(…)|db.table] [(columns)] [FROM INFILE …] [SETTINGS …] FORMAT f | VALUES | SELECT … */
  private insert(complete: boolean): Statement | Incomplete {
    let token = this.next();
    if (token?.upper === 'INTO') token = this.next();
    if (token?.upper === 'TABLE') token = this.next();
    const isFunction = token?.upper === 'FUNCTION';
    if (isFunction) token = this.next();
    // The target: names joined by dots, a function's arguments and the column list are parentheses to step over.
    let clauseAt = this.end;
    for (token = this.next(); token; token = this.next()) {
      if (this.depth > 0 || token.upper === ')' || token.upper === '}') {
        if (this.depth === 0) clauseAt = this.end;
        if (token.upper === 'SELECT' && this.recent.at(-2)?.upper === '(') return this.insertSelect(complete);
        continue;
      }
      if (token.upper === '.' || this.recent.at(-2)?.upper === '.') {
        clauseAt = this.end;
        continue;
      }
      if (token.upper === 'VALUES') return this.withData('Values', clauseAt, token);
      if (token.upper === 'FORMAT') {
        const name = this.next();
        if (!name || (!complete && !this.isDataStartKnown(name.end))) break;
        return this.withData(this.text.slice(name.start, name.end), clauseAt, undefined);
      }
      if (token.upper === 'SELECT' || token.upper === 'WITH') return this.insertSelect(complete);
      if (token.upper === 'INFILE' && this.recent.at(-2)?.upper === 'FROM')
        throw ClickHouseError.of(48, 'Query has infile and was send directly to server');
      if (token.upper === ';') {
        this.rejectMore();
        break;
      }
    }
    return complete ? this.result({ verb: 'INSERT', kind: 'other', readOnly: false }) : 'incomplete';
  }

  /** INSERT … SELECT; one that reads `input('…')` takes the data after its FORMAT clause. */
  private insertSelect(complete: boolean): Statement | Incomplete {
    let input: { start: number; end: number; structure: string } | undefined;
    for (let token = this.next(); token; token = this.next()) {
      if (token.upper === 'INPUT') {
        input = this.inputCall(token);
      } else if (token.upper === 'FORMAT' && this.depth === 0 && input) {
        const name = this.next();
        if (!name || (!complete && !this.isDataStartKnown(name.end))) break;
        const dataAt = this.dataStart(name.end);
        const format = this.text.slice(name.start, name.end);
        this.end = token.start;
        return this.result({ verb: 'INSERT', kind: 'insert', readOnly: false, format, dataAt, input });
      } else if (token.upper === ';' && this.depth === 0) {
        this.rejectMore();
        break;
      }
    }
    return complete ? this.result({ verb: 'INSERT', kind: 'other', readOnly: false }) : 'incomplete';
  }

  private inputCall(word: Word): { start: number; end: number; structure: string } | undefined {
    const open = this.next();
    if (open?.upper !== '(') return undefined;
    const argument = this.next();
    const close = argument?.type === 'string' ? this.next() : undefined;
    if (!argument || close?.upper !== ')') return undefined;
    return { start: word.start, end: close.end, structure: this.text.slice(argument.start, argument.end) };
  }

  private withData(format: string, clauseAt: number, values: Word | undefined): Statement {
    const dataAt = values ? values.end : this.dataStart(this.end);
    const end = this.end;
    return {
      ...this.result({ verb: 'INSERT', kind: 'insert', readOnly: false, format, clauseAt, dataAt }),
      end,
      valuesAt: values && { start: values.start, end: values.end },
    };
  }

  /** Data begins after the first line feed behind the format name, or after the blanks when there is none. */
  private dataStart(nameEnd: number): number {
    let at = nameEnd;
    while (' \t\f'.includes(this.text.charAt(at) || 'x')) at += 1;
    if (this.text[at] === '\r') at += 1;
    if (this.text[at] === '\n') at += 1;
    return at;
  }

  /** More bytes could still bring the line feed that belongs to the statement. */
  private isDataStartKnown(nameEnd: number): boolean {
    const at = this.dataStart(nameEnd);
    return at < this.text.length || (at > nameEnd && this.text[at - 1] === '\n');
  }

  private rejectMore(): void {
    const end = this.end;
    for (let token = this.lexer.next(); token; token = this.lexer.next())
      if (this.text.slice(token.start, token.end) !== ';')
        throw ClickHouseError.of(62, 'Syntax error (Multi-statements are not allowed)');
    this.end = end;
  }

  /** The next token; keeps the depth of parentheses, the parameters and the places to rewrite. */
  private next(): Word | undefined {
    const token = this.lexer.next();
    if (!token) return undefined;
    const upper = token.type === 'string' ? '' : this.text.slice(token.start, token.end).toUpperCase();
    const word: Word = { ...token, upper };
    if (upper === '(' || upper === '[' || upper === '{') this.depth += 1;
    else if (upper === ')' || upper === ']' || upper === '}') this.depth -= 1;
    this.note(word);
    this.recent.push(word);
    if (this.recent.length > 8) this.recent.shift();
    if (upper !== ';') this.end = token.end;
    return word;
  }

  private note(word: Word): void {
    const [third, second, first] = [this.recent.at(-3), this.recent.at(-2), this.recent.at(-1)];
    if (word.upper === ':' && second?.upper === '{' && first?.type === 'word')
      this.parameters.add(this.text.slice(first.start, first.end));
    if (
      word.upper === 'PROCESSES' &&
      first?.upper === '.' &&
      second?.upper === 'SYSTEM' &&
      third &&
      ['FROM', 'JOIN', ','].includes(third.upper)
    )
      this.processesAt.push({ start: second.start, end: word.end });
    if (word.upper === 'QUERY_ID') this.queryIdsAt.push({ start: word.start, end: word.end });
  }

  private result(known: Pick<Statement, 'verb' | 'kind' | 'readOnly'> & Partial<Statement>): Statement {
    return {
      changesSession: false,
      parameters: [...this.parameters],
      end: this.end,
      clauseAt: this.end,
      format: undefined,
      isSmall: false,
      dataAt: this.text.length,
      valuesAt: undefined,
      input: undefined,
      processesAt: this.processesAt,
      queryIdsAt: this.queryIdsAt,
      ...known,
    };
  }
}
