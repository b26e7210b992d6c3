/** A queue's job `{ analysisId }`: what a load of a file would do, told from its beginning. Loads nothing. */
import {
  type Analysis,
  type AnalysisRequest,
  type AnalyzedRow,
  AppError,
  DEFAULT_KEY_POLICY,
  type JobError,
  type KeyPolicy,
  type Reject,
  ROUTES,
} from '@bigdata/models';
import { createDedupeKey, recordIdFromKey } from '@bigdata/normalization';
import { type Logger, type ServiceClient } from '@bigdata/platform';
import { REJECT_REASONS, type RejectCode } from '../batches/rejects';
import { describeMapping } from '../mapping/describe-mapping';
import { createRowNormalizer } from '../rows/normalize-row';
import { type Source } from '../source/source';
import { describeFile, type FileDescription } from './describe-file';
import { JobFailure } from './job-failure';
import { type LoadLimits } from './run-pieces';
import { type SampledRow } from './sample-rows';

export interface AnalyzeJobOptions {
  readonly admin: ServiceClient;
  readonly openSource: (source: string, signal: AbortSignal) => Promise<Source>;
  readonly recall: (fingerprint: string) => Promise<Readonly<Record<string, string>> | null>;
  readonly limits: LoadLimits;
  readonly logger: Logger;
  readonly clockMs: () => number;
}

/** Rows that are shown. */
const SHOWN_ROWS = 20;

export function createAnalyzeJob(options: AnalyzeJobOptions) {
  const { admin, logger } = options;
  return async ({ analysisId }: { readonly analysisId: string }, signal: AbortSignal): Promise<void> => {
    const call = { params: { id: analysisId }, requestId: `analysis-${analysisId}` };
    const { request } = await admin.call(ROUTES.claimAnalysis, call);
    if (request === null) return;
    const outcome = await analyze(request, signal).then(
      (analysis) => ({ state: 'succeeded' as const, analysis }),
      (error: unknown) => ({ state: 'failed' as const, error: toError(error, logger, analysisId) }),
    );
    await admin.call(ROUTES.finishAnalysis, { ...call, body: { outcome } });
    logger.info('analysis', { analysis_id: analysisId, outcome: outcome.state });
  };

  async function analyze(request: AnalysisRequest, signal: AbortSignal): Promise<Analysis> {
    const source = await options.openSource(request.source, signal);
    try {
      const { hints, mapping, country } = request;
      const description = await describeFile({
        ...{ source, hints, mapping, country },
        limits: options.limits,
        decode: options.limits.decode,
        recall: options.recall,
        mayMapNothing: true,
      });
      const { read, columns, fingerprint, sample } = description;
      const { format } = read;
      const csv = format.kind === 'csv' ? format : null;
      const today = new Date(options.clockMs()).toISOString().slice(0, 10);
      return {
        source: request.source,
        format: format.kind,
        compression: read.compression,
        encoding: read.encoding,
        delimiter: csv?.delimiter ?? null,
        quote: csv?.quote ?? null,
        has_header: csv?.hasHeader ?? null,
        json_path: format.kind === 'json' && format.path !== null ? [...format.path] : null,
        xml_element: format.kind === 'xml' ? format.element : null,
        bytes_total: source.bytesTotal,
        fingerprint,
        columns: describeMapping(columns, sample),
        ...showRows(description, request, today),
      };
    } finally {
      await source.close();
    }
  }
}

function showRows(
  { rows, columns }: FileDescription,
  request: AnalysisRequest,
  today: string,
): { sample: AnalyzedRow[]; rejects: Reject[] } {
  const normalize = createRowNormalizer(columns, { country: request.country, today });
  const keyOf = createDedupeKey((request.key_policy as KeyPolicy | null) ?? DEFAULT_KEY_POLICY);
  const sample: AnalyzedRow[] = [];
  const rejects: Reject[] = [];
  const reject = (row: SampledRow, code: RejectCode): void => {
    rejects.push({
      line: row.line,
      byte_offset: row.offset,
      column: row.problemColumn === null ? null : (columns[row.problemColumn]?.name ?? null),
      code,
      reason: REJECT_REASONS[code],
      raw: row.raw,
    });
  };
  for (const row of rows) {
    if (sample.length >= SHOWN_ROWS || rejects.length >= SHOWN_ROWS) break;
    if (row.problem !== null) {
      reject(row, row.problem);
      continue;
    }
    const record = normalize(row.cells, row.extras);
    const key = keyOf(record, { dataset: request.dataset });
    if (key === null) {
      reject(row, 'no_identifier');
      continue;
    }
    sample.push({
      line: row.line,
      record_id: recordIdFromKey(key.key),
      key_rule: key.rule,
      record: record.toRecord(),
      raw: Object.fromEntries(columns.map(({ name }, column) => [name, row.cells[column] ?? ''])),
      warnings: record.refusals.map(([field, code]) => ({ field, code })),
    });
  }
  return { sample, rejects };
}

function toError(error: unknown, logger: Logger, analysisId: string): JobError {
  if (error instanceof JobFailure) return { code: error.code, detail: error.detail };
  logger.error('analysis failed', { analysis_id: analysisId, error });
  const code = error instanceof AppError ? error.code : 'internal';
  return {
    code,
    detail: 'The file could not be looked at. The log of the worker says more under this analysis.',
  };
}
