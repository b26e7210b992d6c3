/** A token of ClickHouse SQL. Offsets are into the scanned text; comments and white space are left out. */
export type Token = {
  readonly type: 'word' | 'quoted' | 'string' | 'number' | 'punctuation' | 'unfinished';
  readonly start: number;
  readonly end: number;
};

const SPACE = /[\s\0]+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_$]*/y;
const NUMBER = /\d[\w.]*/y;
const LINE_COMMENT = /(?:--|#!|# )[^\n]*/y;
const HEREDOC = /\$[A-Za-z0-9_]*\$/y;

/**
 * Scans one token at a time, so that a caller can stop where an INSERT's data begins: what follows is not SQL.
 * The text may be Latin-1 (one character a byte): every byte above 127 inside a name counts as part of it.
 */
export class SqlLexer {
  private readonly text: string;
  private position: number;

  constructor(text: string, position = 0) {
    this.text = text;
    this.position = position;
  }

  /** The next token, or undefined at the end. */
  next(): Token | undefined {
    this.skipBlank();
    const start = this.position;
    const char = this.text[start];
    if (char === undefined) return undefined;
    if (char === "'") return this.quoted(start, char, 'string');
    if (char === '"' || char === '`') return this.quoted(start, char, 'quoted');
    if (this.text.startsWith('/*', start)) return this.token('unfinished', start, this.text.length);
    if (char >= '0' && char <= '9')
      return this.token('number', start, this.match(NUMBER, start) ?? start + 1);
    if (char === '$') {
      const tagEnd = this.match(HEREDOC, start);
      if (tagEnd !== undefined) return this.heredoc(start, tagEnd);
    }
    const wordEnd = this.match(WORD, start);
    if (wordEnd !== undefined) return this.token('word', start, wordEnd);
    return this.token(char > '\x7f' ? 'word' : 'punctuation', start, start + 1);
  }

  private skipBlank(): void {
    for (;;) {
      let end = this.match(SPACE, this.position) ?? this.match(LINE_COMMENT, this.position);
      if (end === undefined && this.text.startsWith('/*', this.position)) {
        const close = this.text.indexOf('*/', this.position + 2);
        if (close >= 0) end = close + 2;
      }
      if (end === undefined) return;
      this.position = end;
    }
  }

  private quoted(start: number, quote: string, type: 'string' | 'quoted'): Token {
    for (let at = start + 1; at < this.text.length; at += 1) {
      const char = this.text[at];
      if (char === '\\') at += 1;
      else if (char === quote) {
        if (this.text[at + 1] !== quote) return this.token(type, start, at + 1);
        at += 1;
      }
    }
    return this.token('unfinished', start, this.text.length);
  }

  private heredoc(start: number, tagEnd: number): Token {
    const tag = this.text.slice(start, tagEnd);
    const close = this.text.indexOf(tag, tagEnd);
    return close < 0
      ? this.token('unfinished', start, this.text.length)
      : this.token('string', start, close + tag.length);
  }

  private match(pattern: RegExp, at: number): number | undefined {
    pattern.lastIndex = at;
    return pattern.test(this.text) ? pattern.lastIndex : undefined;
  }

  private token(type: Token['type'], start: number, end: number): Token {
    this.position = end;
    return { type, start, end };
  }
}
