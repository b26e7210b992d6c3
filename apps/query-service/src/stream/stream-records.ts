/** The whole result of a query as one streamed answer. */
import { AppError, type RecordFieldName } from '@bigdata/models';
import { type Caller, StreamedAnswer } from '@bigdata/platform';
import { type Encoding } from '../accept/accept-encoding';
import { type SelectContext } from '../clickhouse/select-runner';
import { type StreamRunner } from '../clickhouse/stream-runner';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { buildStreamQuery } from '../query/build-query';
import { compress } from './compress';
import { type RowCounter } from './count-rows';
import { type StreamFormat } from './stream-format';

/** Rows of an answer, for the gateway: known before a whole result leaves, and after any other has. */
const ROWS_HEADER = 'X-BigData-Rows';

export interface RecordsStreamSpec {
  readonly filter: NormalizedFilter | null;
  readonly select: readonly RecordFieldName[] | undefined;
  /** Records at most, when the caller asked for fewer than it may have. */
  readonly limit: number | undefined;
  readonly format: StreamFormat;
  readonly encoding: Encoding | null;
}

/** @throws AppError `invalid_request` when the limit is above the caller's row cap, and what ClickHouse refuses */
export type RecordsStreamer = (spec: RecordsStreamSpec, context: SelectContext) => Promise<StreamedAnswer>;

/** @param rowCap of a caller without terms of its own */
export function createRecordsStreamer(stream: StreamRunner, rowCap: number): RecordsStreamer {
  return async ({ filter, select, limit, format, encoding }, context) => {
    const rowsMax = rowsMaxOf(context.caller, limit, rowCap);
    const query = buildStreamQuery({ filter, select, column: format.column, rowsMax });
    const result = await stream(query, format.output, rowsMax, context);
    const counter = format.countRows?.();
    const pieces = counter ? counted(result.pieces, counter) : result.pieces;
    const encoded = format.compressible ? encoding : null;
    return new StreamedAnswer({
      contentType: format.contentType,
      headers: {
        'Content-Disposition': `attachment; filename="${format.fileName}"`,
        Vary: 'Accept, Accept-Encoding',
        'X-Row-Cap': String(rowsMax),
        ...(encoded === null ? {} : { 'Content-Encoding': encoded }),
        ...(result.rows === null ? {} : { [ROWS_HEADER]: String(result.rows) }),
      },
      stream: encoded === null ? pieces : compress(pieces, encoded),
      ...(counter ? { trailers: () => ({ [ROWS_HEADER]: String(counter.rows()) }) } : {}),
    });
  };
}

function rowsMaxOf(caller: Caller, limit: number | undefined, rowCap: number): number {
  const own = caller.kind === 'user' ? caller.queryLimits?.rows_max : undefined;
  const cap = own ?? rowCap;
  if (limit === undefined) return cap;
  if (limit <= cap) return limit;
  throw new AppError('invalid_request', {
    errors: [
      { pointer: '#/limit', detail: `Too big: expected number to be <=${cap}, the row cap (rows_max)` },
    ],
  });
}

async function* counted(pieces: AsyncIterable<Buffer>, counter: RowCounter): AsyncGenerator<Buffer, void> {
  for await (const piece of pieces) {
    counter.add(piece);
    yield piece;
  }
}
