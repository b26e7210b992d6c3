/**
 * Every HTTP route of the product as data: the gateway routes, prices and guards by it, the services mount
 * their handlers on it, the API description is made from it.
 */
import { z } from 'zod';
import {
  createUserSchema,
  grantAnswerSchema,
  grantCreditsSchema,
  reverseEntrySchema,
  issuedKeySchema,
  issueKeySchema,
  keySchema,
  ledgerEntrySchema,
  listUsersSchema,
  meSchema,
  rotateKeySchema,
  updateUserSchema,
  userSchema,
} from './accounts';
import { auditEntrySchema, listAuditSchema } from './audit';
import { analysisSchema } from './ingest-analysis';
import { datasetSettingsSchema, putDatasetSchema } from './ingest-datasets';
import {
  analyzeFileSchema,
  createJobSchema,
  datasetSchema,
  fileNameSchema,
  jobSchema,
  listJobsSchema,
  rejectSchema,
  uploadSchema,
} from './ingest-jobs';
import {
  advanceRangeSchema,
  beatPieceSchema,
  claimedAnalysisSchema,
  claimedWorkSchema,
  claimWorkSchema,
  failJobSchema,
  finishAnalysisSchema,
  finishJobSchema,
  planJobSchema,
  plannedJobSchema,
  recalledMappingSchema,
  recallMappingSchema,
  settleLoadSchema,
} from './ingest-work';
import {
  acknowledgedSchema,
  chargeOutcomesSchema,
  recordRequestsSchema,
  reserveChargesSchema,
  resolvedKeySchema,
  resolveKeySchema,
  settleChargesSchema,
} from './internal';
import { type Scope } from './key-terms';
import { listOf, pageQuerySchema, uuidSchema } from './lists';
import { lookupAnswerSchema, lookupRequestSchema } from './lookups';
import { type ProblemCode } from './problems';
import { queryAnswerSchema, queryRequestSchema } from './queries';
import { listLogsSchema, requestLogSchema } from './request-logs';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: anyone with a user's key, an admin's key, or another service (never through the gateway). */
export type RouteAccess = 'user' | 'admin' | 'service';

export interface RouteContract {
  readonly id: string;
  readonly method: HttpMethod;
  /** With parameters in braces: `/v1/admin/users/{id}`. */
  readonly path: string;
  readonly service: 'query-service' | 'admin-service';
  readonly access: RouteAccess;
  /** What a key must be allowed to, should it have scopes; null: any key will do. */
  readonly scope: Scope | null;
  /** A metered route costs what the price list says for it; the others are free. */
  readonly metered: boolean;
  readonly summary: string;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  /** `null`: takes no body. `'stream'`: the raw body is handed to the handler as it comes. */
  readonly body: z.ZodType | 'stream' | null;
  readonly status: 200 | 201 | 202;
  /** `events`: server-sent events, each of which carries one `answer`. */
  readonly media: 'json' | 'events';
  readonly answer: z.ZodType;
  /** Beyond those that every route can give. */
  readonly problems: readonly ProblemCode[];
  /** Media types that `Accept` may ask for in place of the JSON of `answer`; they are streamed. */
  readonly otherMedia?: readonly string[];
}

const NOTHING = z.strictObject({});

function route<
  const Id extends string,
  Params extends z.ZodType = typeof NOTHING,
  Query extends z.ZodType = typeof NOTHING,
  Body extends z.ZodType | 'stream' | null = null,
  Answer extends z.ZodType = z.ZodType,
  Media extends RouteContract['media'] = 'json',
>(contract: {
  id: Id;
  method: HttpMethod;
  path: string;
  service: RouteContract['service'];
  access: RouteAccess;
  /** Left out: `admin` on administrators' routes, none on the others. */
  scope?: Scope;
  metered?: boolean;
  summary: string;
  params?: Params;
  query?: Query;
  body?: Body;
  status?: RouteContract['status'];
  media?: Media;
  answer: Answer;
  problems?: readonly ProblemCode[];
  otherMedia?: readonly string[];
}) {
  return Object.freeze({
    metered: false,
    status: 200 as const,
    problems: [],
    ...contract,
    scope: contract.scope ?? (contract.access === 'admin' ? 'admin' : null),
    media: (contract.media ?? 'json') as Media,
    params: (contract.params ?? NOTHING) as Params,
    query: (contract.query ?? NOTHING) as Query,
    body: (contract.body ?? null) as Body,
  });
}

const byId = z.strictObject({ id: uuidSchema });
const byKeyId = z.strictObject({ id: uuidSchema, key_id: z.string().max(64) });

export const ROUTES = {
  runQuery: route({
    id: 'runQuery',
    method: 'POST',
    path: '/v1/query',
    service: 'query-service',
    access: 'user',
    scope: 'query',
    metered: true,
    summary: 'Filter records',
    body: queryRequestSchema,
    answer: queryAnswerSchema,
    problems: ['invalid_cursor', 'query_too_complex', 'query_timeout', 'not_acceptable'],
  }),
  lookup: route({
    id: 'lookup',
    method: 'POST',
    path: '/v1/lookup',
    service: 'query-service',
    access: 'user',
    scope: 'lookup',
    metered: true,
    summary: 'Find up to 1,000 e-mail addresses, phone numbers or record ids, in the order asked',
    body: lookupRequestSchema,
    answer: lookupAnswerSchema,
    problems: ['query_too_complex', 'query_timeout', 'not_acceptable'],
  }),
  readMe: route({
    id: 'readMe',
    method: 'GET',
    path: '/v1/me',
    service: 'admin-service',
    access: 'user',
    summary: 'Own account, limits and balance',
    answer: meSchema,
  }),
  listMyCredits: route({
    id: 'listMyCredits',
    method: 'GET',
    path: '/v1/me/credits',
    service: 'admin-service',
    access: 'user',
    summary: 'Own ledger, newest first',
    query: pageQuerySchema,
    answer: listOf(ledgerEntrySchema),
    problems: ['invalid_cursor'],
  }),
  createUser: route({
    id: 'createUser',
    method: 'POST',
    path: '/v1/admin/users',
    service: 'admin-service',
    access: 'admin',
    summary: 'Create a user with a wallet and a first key, which is shown once',
    body: createUserSchema,
    status: 201,
    answer: z.object({ user: userSchema, key: issuedKeySchema }),
    problems: ['conflict'],
  }),
  listUsers: route({
    id: 'listUsers',
    method: 'GET',
    path: '/v1/admin/users',
    service: 'admin-service',
    access: 'admin',
    summary: 'List and search users',
    query: listUsersSchema,
    answer: listOf(userSchema),
    problems: ['invalid_cursor'],
  }),
  readUser: route({
    id: 'readUser',
    method: 'GET',
    path: '/v1/admin/users/{id}',
    service: 'admin-service',
    access: 'admin',
    summary: 'Read a user and its keys',
    params: byId,
    answer: z.object({ user: userSchema, keys: z.array(keySchema) }),
    problems: ['not_found'],
  }),
  updateUser: route({
    id: 'updateUser',
    method: 'PATCH',
    path: '/v1/admin/users/{id}',
    service: 'admin-service',
    access: 'admin',
    summary: 'Rename, disable, change role or limits',
    params: byId,
    body: updateUserSchema,
    answer: z.object({ user: userSchema }),
    problems: ['not_found', 'conflict'],
  }),
  issueKey: route({
    id: 'issueKey',
    method: 'POST',
    path: '/v1/admin/users/{id}/keys',
    service: 'admin-service',
    access: 'admin',
    summary: 'Issue a key, which is shown once',
    params: byId,
    body: issueKeySchema,
    status: 201,
    answer: z.object({ key: issuedKeySchema }),
    problems: ['not_found', 'conflict'],
  }),
  listKeys: route({
    id: 'listKeys',
    method: 'GET',
    path: '/v1/admin/users/{id}/keys',
    service: 'admin-service',
    access: 'admin',
    summary: "A user's keys, newest first",
    params: byId,
    query: pageQuerySchema,
    answer: listOf(keySchema),
    problems: ['not_found', 'invalid_cursor'],
  }),
  revokeKey: route({
    id: 'revokeKey',
    method: 'DELETE',
    path: '/v1/admin/users/{id}/keys/{key_id}',
    service: 'admin-service',
    access: 'admin',
    summary: 'Revoke a key',
    params: byKeyId,
    answer: z.object({ key: keySchema }),
    problems: ['not_found', 'conflict'],
  }),
  rotateKey: route({
    id: 'rotateKey',
    method: 'POST',
    path: '/v1/admin/users/{id}/keys/{key_id}/rotate',
    service: 'admin-service',
    access: 'admin',
    summary: 'Put a new key, which is shown once, in the place of one that goes on working for a while',
    params: byKeyId,
    body: rotateKeySchema,
    status: 201,
    answer: z.object({ key: issuedKeySchema, replaced: keySchema }),
    problems: ['not_found', 'conflict'],
  }),
  grantCredits: route({
    id: 'grantCredits',
    method: 'POST',
    path: '/v1/admin/users/{id}/credits',
    service: 'admin-service',
    access: 'admin',
    summary: 'Grant credits, or adjust by a negative amount; idempotent by Idempotency-Key',
    params: byId,
    body: grantCreditsSchema,
    status: 201,
    answer: grantAnswerSchema,
    problems: ['not_found', 'conflict', 'idempotency_key_reused'],
  }),
  reverseEntry: route({
    id: 'reverseEntry',
    method: 'POST',
    path: '/v1/admin/users/{id}/credits/{entry_id}/reverse',
    service: 'admin-service',
    access: 'admin',
    summary: 'Undo a grant, an adjustment or a charge by an entry of its own; idempotent by Idempotency-Key',
    params: z.strictObject({ id: uuidSchema, entry_id: z.string().regex(/^[1-9]\d{0,14}$/) }),
    body: reverseEntrySchema,
    status: 201,
    answer: grantAnswerSchema,
    problems: ['not_found', 'conflict', 'idempotency_key_reused'],
  }),
  listCredits: route({
    id: 'listCredits',
    method: 'GET',
    path: '/v1/admin/users/{id}/credits',
    service: 'admin-service',
    access: 'admin',
    summary: "A user's ledger, newest first",
    params: byId,
    query: pageQuerySchema,
    answer: listOf(ledgerEntrySchema),
    problems: ['not_found', 'invalid_cursor'],
  }),
  listLogs: route({
    id: 'listLogs',
    method: 'GET',
    path: '/v1/admin/logs',
    service: 'admin-service',
    access: 'admin',
    summary: 'Request logs, newest first',
    query: listLogsSchema,
    answer: listOf(requestLogSchema),
    problems: ['invalid_cursor'],
  }),
  listAudit: route({
    id: 'listAudit',
    method: 'GET',
    path: '/v1/admin/audit',
    service: 'admin-service',
    access: 'admin',
    summary: 'Who changed what, newest first: every change by an administrator, with before and after',
    query: listAuditSchema,
    answer: listOf(auditEntrySchema),
    problems: ['invalid_cursor'],
  }),
  uploadFile: route({
    id: 'uploadFile',
    method: 'PUT',
    path: '/v1/admin/ingest/files/{name}',
    service: 'admin-service',
    access: 'admin',
    summary: 'Stream a file of any size into the inbox',
    params: z.strictObject({ name: fileNameSchema }),
    body: 'stream',
    status: 201,
    answer: uploadSchema,
    problems: ['conflict'],
  }),
  createJob: route({
    id: 'createJob',
    method: 'POST',
    path: '/v1/admin/ingest/jobs',
    service: 'admin-service',
    access: 'admin',
    summary: 'Enqueue the load of a file',
    body: createJobSchema,
    status: 202,
    answer: jobSchema,
    problems: ['conflict'],
  }),
  listJobs: route({
    id: 'listJobs',
    method: 'GET',
    path: '/v1/admin/ingest/jobs',
    service: 'admin-service',
    access: 'admin',
    summary: 'Ingest jobs, newest first',
    query: listJobsSchema,
    answer: listOf(jobSchema),
    problems: ['invalid_cursor'],
  }),
  readJob: route({
    id: 'readJob',
    method: 'GET',
    path: '/v1/admin/ingest/jobs/{id}',
    service: 'admin-service',
    access: 'admin',
    summary: 'Progress and result of a job',
    params: byId,
    answer: jobSchema,
    problems: ['not_found'],
  }),
  followJob: route({
    id: 'followJob',
    method: 'GET',
    path: '/v1/admin/ingest/jobs/{id}/events',
    service: 'admin-service',
    access: 'admin',
    summary:
      'Server-sent events: `progress` with the job at each change, `end` with the job when it has ended',
    params: byId,
    media: 'events',
    answer: jobSchema,
    problems: ['not_found'],
  }),
  cancelJob: route({
    id: 'cancelJob',
    method: 'POST',
    path: '/v1/admin/ingest/jobs/{id}/cancel',
    service: 'admin-service',
    access: 'admin',
    summary: 'Stop a job that waits or runs; what it loaded stays until it is undone',
    params: byId,
    answer: jobSchema,
    problems: ['not_found', 'conflict'],
  }),
  retryJob: route({
    id: 'retryJob',
    method: 'POST',
    path: '/v1/admin/ingest/jobs/{id}/retry',
    service: 'admin-service',
    access: 'admin',
    summary: 'Run a failed or cancelled job again, from where it stopped',
    params: byId,
    answer: jobSchema,
    problems: ['not_found', 'conflict'],
  }),
  undoJob: route({
    id: 'undoJob',
    method: 'DELETE',
    path: '/v1/admin/ingest/jobs/{id}/records',
    service: 'admin-service',
    access: 'admin',
    summary: 'Take back what a job loaded; `undo` of the answer says whether it is done already',
    params: byId,
    status: 202,
    answer: jobSchema,
    problems: ['not_found', 'conflict'],
  }),
  analyzeFile: route({
    id: 'analyzeFile',
    method: 'POST',
    path: '/v1/admin/ingest/analyze',
    service: 'admin-service',
    access: 'admin',
    summary: 'How a file would be read and mapped, with a sample of its rows; loads nothing',
    body: analyzeFileSchema,
    answer: analysisSchema,
  }),
  listDatasets: route({
    id: 'listDatasets',
    method: 'GET',
    path: '/v1/admin/ingest/datasets',
    service: 'admin-service',
    access: 'admin',
    summary: 'Datasets and their key policies, newest first',
    query: pageQuerySchema,
    answer: listOf(datasetSettingsSchema),
    problems: ['invalid_cursor'],
  }),
  readDataset: route({
    id: 'readDataset',
    method: 'GET',
    path: '/v1/admin/ingest/datasets/{name}',
    service: 'admin-service',
    access: 'admin',
    summary: 'Key policy of a dataset',
    params: z.strictObject({ name: datasetSchema }),
    answer: datasetSettingsSchema,
    problems: ['not_found'],
  }),
  putDataset: route({
    id: 'putDataset',
    method: 'PUT',
    path: '/v1/admin/ingest/datasets/{name}',
    service: 'admin-service',
    access: 'admin',
    summary: 'Set the key policy of a dataset, before anything is loaded into it',
    params: z.strictObject({ name: datasetSchema }),
    body: putDatasetSchema,
    answer: datasetSettingsSchema,
    problems: ['conflict'],
  }),
  listRejects: route({
    id: 'listRejects',
    method: 'GET',
    path: '/v1/admin/ingest/jobs/{id}/rejects',
    service: 'query-service',
    access: 'admin',
    summary:
      'Rows that a job rejected, in file order; as CSV all of them at once (limit and cursor do not count), to be mended and loaded again',
    params: byId,
    query: pageQuerySchema,
    answer: listOf(rejectSchema),
    problems: ['invalid_cursor', 'not_acceptable'],
    otherMedia: ['text/csv'],
  }),
  resolveKey: route({
    id: 'resolveKey',
    method: 'POST',
    path: '/internal/keys/resolve',
    service: 'admin-service',
    access: 'service',
    summary: 'What a key id stands for',
    body: resolveKeySchema,
    answer: resolvedKeySchema,
  }),
  reserveCharges: route({
    id: 'reserveCharges',
    method: 'POST',
    path: '/internal/charges/reserve',
    service: 'admin-service',
    access: 'service',
    summary: 'Take credits before the answers leave',
    body: reserveChargesSchema,
    answer: chargeOutcomesSchema,
  }),
  settleCharges: route({
    id: 'settleCharges',
    method: 'POST',
    path: '/internal/charges/settle',
    service: 'admin-service',
    access: 'service',
    summary: 'Keep or give back reserved credits',
    body: settleChargesSchema,
    answer: acknowledgedSchema,
  }),
  recordRequests: route({
    id: 'recordRequests',
    method: 'POST',
    path: '/internal/request-logs',
    service: 'admin-service',
    access: 'service',
    summary: 'Append request log entries',
    body: recordRequestsSchema,
    answer: acknowledgedSchema,
  }),
  claimWork: route({
    id: 'claimWork',
    method: 'POST',
    path: '/internal/ingest/jobs/{id}/claim',
    service: 'admin-service',
    access: 'service',
    summary: 'Get the next piece of a job; null when there is none now',
    params: byId,
    body: claimWorkSchema,
    answer: claimedWorkSchema,
    problems: ['not_found'],
  }),
  planJob: route({
    id: 'planJob',
    method: 'POST',
    path: '/internal/ingest/jobs/{id}/plan',
    service: 'admin-service',
    access: 'service',
    summary: 'End piece `plan`: how the source is read, and its ranges',
    params: byId,
    body: planJobSchema,
    answer: plannedJobSchema,
    problems: ['not_found', 'conflict'],
  }),
  beatPiece: route({
    id: 'beatPiece',
    method: 'POST',
    path: '/internal/ingest/jobs/{id}/beat',
    service: 'admin-service',
    access: 'service',
    summary: 'Say that a piece is still being worked on, or give it back',
    params: byId,
    body: beatPieceSchema,
    answer: acknowledgedSchema,
    problems: ['not_found', 'conflict'],
  }),
  advanceRange: route({
    id: 'advanceRange',
    method: 'POST',
    path: '/internal/ingest/jobs/{id}/advance',
    service: 'admin-service',
    access: 'service',
    summary: 'Record that everything of a range up to a checkpoint is durable',
    params: byId,
    body: advanceRangeSchema,
    answer: acknowledgedSchema,
    problems: ['not_found', 'conflict'],
  }),
  finishJob: route({
    id: 'finishJob',
    method: 'POST',
    path: '/internal/ingest/jobs/{id}/finish',
    service: 'admin-service',
    access: 'service',
    summary: 'End a job with its result',
    params: byId,
    body: finishJobSchema,
    answer: acknowledgedSchema,
    problems: ['not_found', 'conflict'],
  }),
  failJob: route({
    id: 'failJob',
    method: 'POST',
    path: '/internal/ingest/jobs/{id}/fail',
    service: 'admin-service',
    access: 'service',
    summary: 'End a job with an error',
    params: byId,
    body: failJobSchema,
    answer: acknowledgedSchema,
    problems: ['not_found', 'conflict'],
  }),
  settleLoad: route({
    id: 'settleLoad',
    method: 'POST',
    path: '/internal/ingest/jobs/{id}/settle',
    service: 'admin-service',
    access: 'service',
    summary: 'Record that a load is taken back, or moved into the base',
    params: byId,
    body: settleLoadSchema,
    answer: acknowledgedSchema,
    problems: ['not_found', 'conflict'],
  }),
  recallMapping: route({
    id: 'recallMapping',
    method: 'POST',
    path: '/internal/ingest/mappings/recall',
    service: 'admin-service',
    access: 'service',
    summary: 'The explicit mapping that was last used for a header',
    body: recallMappingSchema,
    answer: recalledMappingSchema,
  }),
  claimAnalysis: route({
    id: 'claimAnalysis',
    method: 'POST',
    path: '/internal/ingest/analyses/{id}/claim',
    service: 'admin-service',
    access: 'service',
    summary: 'What to analyze; null when nobody waits for it any more',
    params: byId,
    answer: claimedAnalysisSchema,
  }),
  finishAnalysis: route({
    id: 'finishAnalysis',
    method: 'POST',
    path: '/internal/ingest/analyses/{id}/finish',
    service: 'admin-service',
    access: 'service',
    summary: 'Hand in an analysis, or why there is none',
    params: byId,
    body: finishAnalysisSchema,
    answer: acknowledgedSchema,
  }),
} as const satisfies Record<string, RouteContract>;

export type RouteName = keyof typeof ROUTES;

export const ALL_ROUTES: readonly RouteContract[] = Object.values(ROUTES);

/** What the gateway serves: everything but the internal routes. */
export const PUBLIC_ROUTES: readonly RouteContract[] = ALL_ROUTES.filter(
  (entry) => entry.access !== 'service',
);
