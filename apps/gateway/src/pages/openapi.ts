/** The OpenAPI 3.1 document, made from the contracts that route and validate. */
import { FILTER_JSON_SCHEMA, type ProblemCode, type RouteContract } from '@bigdata/models';
import { PROBLEM_MEDIA_TYPE, problemSchema } from '@bigdata/platform';
import { z } from 'zod';
import { statusOfCode } from './problem-pages';

type Json = Record<string, unknown>;

const TAGS = [
  { name: 'Data', description: 'Records: query, look up, count.' },
  { name: 'Account', description: 'What a key, its user and their credits are.' },
  { name: 'Administration', description: 'Users, keys, credits, logs.' },
  { name: 'Ingest', description: 'Files, loads and what became of them.' },
];

/** A parameter that a route does not know is refused by each, so by those that know none, too. */
const EVERY_ROUTE: readonly ProblemCode[] = [
  'missing_api_key',
  'invalid_api_key',
  'invalid_request',
  'rate_limited',
  'internal',
  'upstream_failed',
  'unavailable',
];
const WITH_JSON_BODY: readonly ProblemCode[] = [
  'malformed_json',
  'unsupported_media_type',
  'payload_too_large',
];

const WITH_IDEMPOTENCY_KEY: readonly ProblemCode[] = [
  'idempotency_key_reused',
  'idempotency_in_flight',
  'conflict',
];

/** The schema of an event stream is that of the data of each event. */
const MEDIA_TYPES: Readonly<Record<RouteContract['media'], string>> = {
  json: 'application/json',
  events: 'text/event-stream',
};

export function createOpenApiDocument(contracts: readonly RouteContract[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const contract of contracts) {
    (paths[contract.path] ??= {})[contract.method.toLowerCase()] = operationOf(contract);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'bigdata-api',
      version,
      description: 'Metered data API over very large sets of person and company records.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }, { bearer: [] }],
    tags: TAGS,
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Filter: FILTER_JSON_SCHEMA, Problem: answerSchema(problemSchema) },
      headers: HEADERS,
      parameters: {
        RequestId: headerParameter('X-Request-Id', 'Kept when it is 8 to 128 of A-Z a-z 0-9 . _ : -'),
        IdempotencyKey: headerParameter(
          'Idempotency-Key',
          'Of your choice, bare or quoted, at most 255 characters, kept for 24 hours. A retry of the same request under the same key has its effect once and is charged once; it gets the first answer again, marked `Idempotency-Replayed: true`.',
        ),
        IfNoneMatch: headerParameter(
          'If-None-Match',
          'The ETag of an answer that is at hand; while it holds, 304 says so and costs nothing',
        ),
      },
    },
  };
}

function operationOf(contract: RouteContract): Json {
  const parameters: Json[] = [
    ...parametersOf(contract.params, 'path'),
    ...parametersOf(contract.query, 'query'),
    { $ref: '#/components/parameters/RequestId' },
  ];
  if (contract.method === 'POST') {
    parameters.push({ $ref: '#/components/parameters/IdempotencyKey' });
  }
  if (contract.revalidates === true) parameters.push({ $ref: '#/components/parameters/IfNoneMatch' });
  return {
    operationId: contract.id,
    summary: contract.summary,
    description: descriptionOf(contract),
    tags: [tagOf(contract.path)],
    parameters,
    ...(contract.body === null ? {} : { requestBody: requestBodyOf(contract.body) }),
    responses: responsesOf(contract),
  };
}

function descriptionOf({ access, scope, metered }: RouteContract): string {
  const key = access === 'admin' ? "Needs an administrator's key" : 'Needs a key';
  const who = scope === null ? `${key}.` : `${key}; one with scopes needs \`${scope}\`.`;
  return `${who} ${metered ? 'Metered: costs credits when the answer is 2xx.' : 'Free.'}`;
}

function tagOf(path: string): string {
  if (path.startsWith('/v1/admin/ingest')) return 'Ingest';
  if (path.startsWith('/v1/admin')) return 'Administration';
  return path.startsWith('/v1/me') ? 'Account' : 'Data';
}

function parametersOf(schema: z.ZodType, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = requestSchema(schema) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function requestBodyOf(body: z.ZodType | 'stream'): Json {
  return body === 'stream'
    ? { required: true, content: { 'application/octet-stream': {} } }
    : { required: true, content: { 'application/json': { schema: requestSchema(body) } } };
}

function responsesOf(contract: RouteContract): Json {
  const headers = headerRefs([
    'X-Request-Id',
    'Server-Timing',
    'RateLimit-Policy',
    'RateLimit',
    'X-RateLimit-Limit',
    'X-RateLimit-Remaining',
    'X-RateLimit-Reset',
    'X-RateLimit-Fallback',
    ...(contract.metered ? ['X-Credits-Charged', 'X-Credits-Remaining'] : []),
  ]);
  const validators = contract.revalidates === true ? headerRefs(['ETag', 'Age']) : {};
  const replayed = contract.method === 'POST' ? headerRefs(['Idempotency-Replayed']) : {};
  const responses: Record<string, Json> = {
    [contract.status]: {
      description: contract.summary,
      headers: { ...headers, ...replayed, ...validators },
      content: {
        [MEDIA_TYPES[contract.media]]: { schema: answerSchema(contract.answer) },
        ...Object.fromEntries((contract.otherMedia ?? []).map((type) => [type, {}])),
      },
    },
  };
  if (contract.revalidates === true) {
    responses['304'] = {
      description: 'The answer at hand still holds',
      headers: { ...headers, ...validators },
    };
  }
  for (const [status, codes] of Map.groupBy(problemsOf(contract), statusOfCode)) {
    responses[status] = {
      description: codes.map((code) => `\`${code}\``).join(' or '),
      headers: {
        ...headers,
        ...(status === 429 || status === 503 || codes.includes('idempotency_in_flight')
          ? headerRefs(['Retry-After'])
          : {}),
        ...(status === 401 ? headerRefs(['WWW-Authenticate']) : {}),
      },
      content: {
        [PROBLEM_MEDIA_TYPE]: {
          schema: {
            allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }],
          },
        },
      },
    };
  }
  return responses;
}

function problemsOf(contract: RouteContract): ProblemCode[] {
  const codes: ProblemCode[] = [
    ...EVERY_ROUTE,
    ...(contract.body !== null && contract.body !== 'stream' ? WITH_JSON_BODY : []),
    ...(contract.method === 'POST' ? WITH_IDEMPOTENCY_KEY : []),
    ...(contract.metered ? (['insufficient_credits'] as const) : []),
    ...(contract.scope !== null ? (['forbidden'] as const) : []),
    ...contract.problems,
  ];
  return [...new Set(codes)].sort((left, right) => statusOfCode(left) - statusOfCode(right));
}

function requestSchema(schema: z.ZodType): Json {
  return toJsonSchema(schema, 'input');
}

/** Answers may gain members: a client that refuses unknown ones would break for nothing. */
function answerSchema(schema: z.ZodType): Json {
  return withoutClosedObjects(toJsonSchema(schema, 'output')) as Json;
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const {
    $schema: _dialect,
    $defs: _named,
    ...rest
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
  });
  return JSON.parse(
    JSON.stringify(rest).replaceAll('"#/$defs/Filter"', '"#/components/schemas/Filter"'),
  ) as Json;
}

function withoutClosedObjects(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutClosedObjects);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([name, value]) => !(name === 'additionalProperties' && value === false))
      .map(([name, value]) => [name, withoutClosedObjects(value)]),
  );
}

const header = (description: string, type: 'string' | 'integer' = 'string'): Json => ({
  description,
  schema: { type },
});

const HEADERS: Readonly<Record<string, Json>> = {
  'X-Request-Id': header('Id of this request; a valid incoming one is kept'),
  'Server-Timing': header('Where the time went, in milliseconds'),
  'RateLimit-Policy': header('Limits of the caller, such as "minute";q=600;w=60'),
  RateLimit: header(
    'What is left of them and the seconds until more comes back, such as "minute";r=599;t=42',
  ),
  'X-RateLimit-Limit': header('Limit of the policy that is nearest to its end', 'integer'),
  'X-RateLimit-Remaining': header('What is left of it', 'integer'),
  'X-RateLimit-Reset': header('Seconds until more of it comes back', 'integer'),
  'X-RateLimit-Fallback': header('`local` while limits are held by each gateway for itself'),
  'X-Credits-Charged': header('Credits taken for this answer', 'integer'),
  'X-Credits-Remaining': header('Balance after it', 'integer'),
  'Retry-After': header('Seconds to wait before the next try', 'integer'),
  'Idempotency-Replayed': header('`true` on an answer that was given before under the same Idempotency-Key'),
  ETag: header('Of the state that the answer was made of'),
  Age: header('Seconds since the answer was made', 'integer'),
  'WWW-Authenticate': header('How to send a key'),
};

function headerRefs(names: readonly string[]): Record<string, Json> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function headerParameter(name: string, description: string): Json {
  return { name, in: 'header', required: false, description, schema: { type: 'string' } };
}
