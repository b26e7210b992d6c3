/** Calls the gateway by the same contracts that it serves. */
import { type ROUTES, type RouteContract } from '@bigdata/models';
import { type z } from 'zod';
import { CliError } from './cli-error';
import { type Connection } from './connection';
import { readEvents } from './read-events';

type Contracts = (typeof ROUTES)[keyof typeof ROUTES];

export interface ApiCall<C extends RouteContract> {
  readonly params?: z.input<C['params']>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: C['body'] extends z.ZodType ? z.input<C['body']> : AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer<T> {
  readonly data: T;
  readonly headers: Headers;
}

export interface ApiClient {
  /** @throws CliError with the problem's own sentence, its places and hints */
  call<C extends Contracts>(contract: C, call?: ApiCall<C>): Promise<ApiAnswer<z.output<C['answer']>>>;
  /**
   * The data of each event up to the one named `end`. What ends before that broke off.
   * @throws CliError as `call`, or when the stream breaks
   */
  follow<C extends Contracts & { media: 'events' }>(
    contract: C,
    call?: ApiCall<C>,
  ): AsyncGenerator<z.output<C['answer']>, void>;
  /** The answer in another media type as it comes, piece by piece. @throws CliError as `call`, or when it breaks off */
  download<C extends Contracts>(
    contract: C,
    mediaType: string,
    call?: ApiCall<C>,
  ): AsyncGenerator<Uint8Array, void>;
}

export function createApiClient({ url, key }: Connection): ApiClient {
  const open = async <C extends Contracts>(
    contract: C,
    { params, query = {}, body, headers = {} }: ApiCall<C>,
  ): Promise<Response> => {
    const target = new URL(
      contract.path.replace(/\{(\w+)\}/g, (_match, name: string) =>
        encodeURIComponent(String((params as Record<string, unknown> | undefined)?.[name])),
      ),
      url,
    );
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) target.searchParams.set(name, String(value));
    }
    const stream = contract.body === 'stream';
    const response = await request(target, {
      method: contract.method,
      headers: {
        'x-api-key': key,
        ...(body === undefined
          ? {}
          : { 'content-type': stream ? 'application/octet-stream' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : stream
          ? { body: body as AsyncIterable<Uint8Array>, duplex: 'half' }
          : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw toCliError(response.status, await response.text());
    return response;
  };

  return {
    async call(contract, call = {}) {
      const response = await open(contract, call);
      // The answer passed its schema where it was made; here only its type is taken over.
      return {
        data: (await response.json()) as z.output<(typeof contract)['answer']>,
        headers: response.headers,
      };
    },

    async *follow(contract, call = {}) {
      const { body } = await open(contract, call);
      if (body) {
        for await (const { event, data } of readEvents(body)) {
          yield JSON.parse(data) as z.output<(typeof contract)['answer']>;
          if (event === 'end') return;
        }
      }
      throw new CliError('The stream of events broke off.');
    },

    async *download(contract, mediaType, call = {}) {
      const { body } = await open(contract, { ...call, headers: { ...call.headers, accept: mediaType } });
      if (!body) return;
      const pieces = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
      try {
        for (let piece = await next(pieces); piece.done !== true; piece = await next(pieces))
          yield piece.value;
      } finally {
        await pieces.return?.();
      }
    },
  };
}

/** Only what the connection throws means that it broke: not what whoever takes the pieces throws. */
async function next(pieces: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await pieces.next();
  } catch {
    throw new CliError('The download broke off: what came of it is not whole.');
  }
}

async function request(target: URL, init: Parameters<typeof fetch>[1]): Promise<Response> {
  try {
    return await fetch(target, init);
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CliError(`The gateway at ${target.origin} does not answer: ${cause}`);
  }
}

interface Problem {
  readonly code: NonNullable<CliError['problem']>['code'];
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: readonly { pointer: string; detail: string; hint?: string }[];
}

function toCliError(status: number, text: string): CliError {
  let problem: Problem;
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    return new CliError(`The gateway answered ${status} and no problem document.`);
  }
  const places = (problem.errors ?? []).map(
    ({ pointer, detail, hint }) => `\n  ${pointer}: ${detail}${hint === undefined ? '' : ` (${hint})`}`,
  );
  return new CliError(`${problem.code} (${status}): ${problem.detail}${places.join('')}`, {
    code: problem.code,
    status,
    request_id: problem.request_id,
  });
}
