/** How a file would be read: asked by an admin, answered by a worker while the admin waits. */
import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type Analysis, type JobError, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding, type Span } from '@bigdata/platform';
import { type JobQueue } from '@bigdata/queue';
import { type AnalysisOutcome } from '../../db/schema';
import { checkSource } from '../source';
import { type AnalysisRepository } from './analysis.repository';

interface Dependencies {
  readonly analyses: AnalysisRepository;
  readonly queue: Pick<JobQueue<'analyze'>, 'add'>;
  readonly fileRoots: readonly string[];
  readonly waitMs: number;
}

const LOOK_EVERY_MS = 100;
/** Adding what is in the queue already changes nothing, so that a queue which lost it gets it back. */
const ADD_EVERY_MS = 3_000;

export function createAnalysisRoutes({ analyses, queue, fileRoots, waitMs }: Dependencies): RouteBinding[] {
  const waitFor = async (id: string, signal: AbortSignal, span: Span): Promise<AnalysisOutcome> => {
    const until = performance.now() + waitMs;
    let addAt = 0;
    while (performance.now() < until && !signal.aborted) {
      if (performance.now() >= addAt) {
        await queue.add([{ id, data: { analysisId: id }, priority: 'high' }], span);
        addAt = performance.now() + ADD_EVERY_MS;
      }
      const outcome = await analyses.findOutcome(id);
      if (outcome) return outcome;
      await wait(LOOK_EVERY_MS);
    }
    throw new AppError('unavailable', {
      detail: `No ingest worker has analyzed the file within ${Math.round(waitMs / 1_000)} seconds: all are busy, or none runs.`,
      retryAfterS: 10,
    });
  };

  return [
    bindRoute(ROUTES.analyzeFile, async ({ body, signal, log, span }): Promise<Analysis> => {
      await checkSource(body.source, fileRoots);
      const id = await analyses.create(body);
      try {
        const outcome = await waitFor(id, signal, span);
        if (outcome.state === 'failed') throw unreadable(outcome.error);
        return outcome.analysis;
      } finally {
        await analyses.forget(id).catch((error: unknown) => {
          log.warn('an analysis is not forgotten yet', { analysis_id: id, error });
        });
      }
    }),

    bindRoute(ROUTES.claimAnalysis, async ({ params }) => ({ request: await analyses.find(params.id) })),

    bindRoute(ROUTES.finishAnalysis, async ({ params, body }) => {
      await analyses.finish(params.id, body.outcome);
      return { ok: true as const };
    }),
  ];
}

/** What is wrong with the file is wrong with the request. */
function unreadable({ code, detail }: JobError): AppError {
  return new AppError('invalid_request', {
    detail: `#/source: ${detail}`,
    errors: [{ pointer: '#/source', detail, hint: code }],
  });
}
