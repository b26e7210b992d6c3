import { type Statement } from './statement';

/** One replacement in a text; `end === start` inserts. */
type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** Running queries carry their id in a leading comment: the engine gives every query an id of its own. */
const TAG_OPEN = '/*query_id:';
const TAG_CLOSE = '*/ ';
const QUERY_ID_OF_TEXT = String.raw`if(startsWith(query, '/*query_id:'), decodeURLComponent(extract(query, '^/\\*query_id:([^*]*)\\*/')), query_id)`;
const TEXT_WITHOUT_ADDITIONS = String.raw`replaceRegexpOne(replaceRegexpOne(query, '^/\\*query_id:[^*]*\\*/ ', ''), ' (INTO OUTFILE \'[^\']*\' APPEND|FROM INFILE \'[^\']*\')( FORMAT \\w+ /\\*default\\*/)?', '')`;
const SENT_TEXT = `replaceAll(${TEXT_WITHOUT_ADDITIONS}, ' SETTINGS output_format_parallel_formatting = 0', '')`;
const PROCESSES = `(SELECT * REPLACE (${QUERY_ID_OF_TEXT} AS query_id, ${QUERY_ID_OF_TEXT} AS initial_query_id, ${SENT_TEXT} AS query) FROM system.processes)`;

/** `cluster('name', ` takes a subquery only as a view. */
const OF_A_CLUSTER = /\b(?:cluster|clusterAllReplicas)\(\s*'[^']*',\s*$/;

const ONE_FORMATTER = ' SETTINGS output_format_parallel_formatting = 0';

export function queryTag(queryId: string): string {
  return `${TAG_OPEN}${encodeURIComponent(queryId).replaceAll('*', '%2A')}${TAG_CLOSE}`;
}

export function quoteString(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** A SELECT that writes its result into `pipe` in `format`, or in the format it names itself. */
export function selectInto(text: string, statement: Statement, pipe: string, format: string): string {
  const named = statement.format === undefined ? ` FORMAT ${format} /*default*/` : '';
  return edited(text, statement, [
    {
      start: statement.clauseAt,
      end: statement.clauseAt,
      text: ` INTO OUTFILE ${quoteString(pipe)} APPEND${named} `,
    },
    ...processesEdits(text, statement),
    ...(statement.isSmall ? [{ start: statement.end, end: statement.end, text: ONE_FORMATTER }] : []),
  ]);
}

/** An INSERT that reads its rows from `pipe`. */
export function insertFrom(text: string, statement: Statement, pipe: string): string {
  const file = quoteString(pipe);
  if (statement.input) {
    const { start, end, structure } = statement.input;
    const call = `file(${file}, ${quoteString(statement.format ?? 'Values')}, ${structure})`;
    return edited(text, statement, [{ start, end, text: call }]);
  }
  const edits: Edit[] = [
    { start: statement.clauseAt, end: statement.clauseAt, text: ` FROM INFILE ${file}` },
  ];
  if (statement.valuesAt) edits.push({ ...statement.valuesAt, text: 'FORMAT Values' });
  return edited(text, statement, edits);
}

/** Any other statement; KILL and system.processes are made to know the ids that clients gave. */
export function plain(text: string, statement: Statement): string {
  const ids = statement.verb === 'KILL' ? statement.queryIdsAt : [];
  return edited(text, statement, [
    ...processesEdits(text, statement),
    ...ids.map((place) => ({ ...place, text: `(${QUERY_ID_OF_TEXT})` })),
  ]);
}

/**
 * An error's text as it would be had the engine seen the client's statement only: without pipes and tag, and said
 * once, where the engine wraps what it reads from a file into the same error again.
 */
export function withoutAdditions(message: string, tag: string): string {
  let text = message;
  for (let inner = WRAPPED.exec(text); inner; inner = WRAPPED.exec(text)) text = inner[1] ?? '';
  return withoutTagOffset(text, tag)
    .replaceAll(tag, '')
    .replace(/ INTO OUTFILE '(?:[^'\\]|\\.)*' APPEND(?: FORMAT \w+ \/\*default\*\/)? ?/g, ' ')
    .replaceAll(ONE_FORMATTER, '')
    .replace(/ FROM INFILE '(?:[^'\\]|\\.)*'/g, '')
    .replace(/: \(in file\/uri [^)]*\)/g, '')
    .replace(': data for INSERT was parsed from file', '');
}

/** `Code: N. DB::Exception: Code: N. DB::Exception: … (NAME) (version V). (NAME)` */
const WRAPPED =
  /^Code: \d+\. DB::Exception: (Code: \d+\. DB::Exception: [\s\S]*?)(?: \(version [^()]*(?:\([^()]*\))?\))?\. \(\w+\)$/;

/** Positions in a syntax error count from the statement the client sent, not from the tag before it. */
function withoutTagOffset(message: string, tag: string): string {
  const shift = (number: string) => String(Number(number) - tag.length);
  return message.replace(
    /failed at position (\d+)( \([\s\S]{0,200}?\))( \(line 1, col (\d+)\))?/,
    (whole, position: string, token: string, line: string | undefined, column: string | undefined) =>
      Number(position) <= tag.length
        ? whole
        : `failed at position ${shift(position)}${token}${line && column ? ` (line 1, col ${shift(column)})` : ''}`,
  );
}

function processesEdits(text: string, statement: Statement): Edit[] {
  return statement.processesAt.map((place) => ({
    ...place,
    text: OF_A_CLUSTER.test(text.slice(0, place.start)) ? `view${PROCESSES}` : PROCESSES,
  }));
}

/** Latin-1 text up to the statement's end, edits applied, as real UTF-8 text. */
function edited(text: string, statement: Statement, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    parts.push(utf8(text.slice(at, edit.start)), edit.text);
    at = edit.end;
  }
  parts.push(utf8(text.slice(at, statement.end)));
  return parts.join('');
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
