/** The OpenAPI description as the gateway serves it, and the judge of answers that it makes. */
import Ajv, { type ValidateFunction } from 'ajv/dist/2020';

/** As much of JSON Schema 2020-12 as the description uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly schema: JsonSchema;
}

interface DescribedOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly content?: Content; readonly headers?: Readonly<Record<string, unknown>> }>
  >;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export interface Operation extends DescribedOperation {
  readonly method: string;
  readonly path: string;
}

export function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
}

/** The schema that a `$ref` to a component names; any other as it is. */
export function resolveSchema({ components }: OpenApi, schema: JsonSchema): JsonSchema {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  const found = name === undefined ? schema : components.schemas[name];
  if (found === undefined) throw new Error(`${schema.$ref} is not described`);
  return found;
}

export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What is wrong with an answer by the description; empty when nothing is. */
export type Judge = (operation: Operation, answer: ReceivedAnswer) => string[];

export function createJudge(description: OpenApi): Judge {
  // Each format comes with a pattern, which is checked.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'openapi', ...description });
  const compiled = new Map<string, ValidateFunction>();
  const validatorOf = (operation: Operation, status: number, mediaType: string): ValidateFunction => {
    const steps = ['paths', operation.path, operation.method.toLowerCase(), 'responses', String(status)];
    const pointer = [...steps, 'content', mediaType, 'schema']
      .map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const known = compiled.get(pointer);
    if (known !== undefined) return known;
    const made = ajv.compile({ $ref: `openapi#/${pointer}` });
    compiled.set(pointer, made);
    return made;
  };

  return (operation, { status, headers, text }) => {
    const described = operation.responses[String(status)];
    if (described === undefined) return [`status ${status} is not described`];
    if (described.content === undefined && text === '') return [];
    const mediaType = String(headers['content-type']).split(';')[0]!;
    const content = described.content ?? {};
    if (!(mediaType in content)) return [`${status} as ${mediaType} is not described`];
    const names = new Set(Object.keys(described.headers ?? {}).map((name) => name.toLowerCase()));
    const undescribed = Object.keys(headers).filter((name) => OF_OURS.test(name) && !names.has(name));
    const faults = undescribed.map((name) => `header ${name} of ${status} is not described`);
    if (!mediaType.endsWith('json') || content[mediaType]?.schema === undefined) return faults;
    const validate = validatorOf(operation, status, mediaType);
    if (!validate(JSON.parse(text))) faults.push(ajv.errorsText(validate.errors));
    return faults;
  };
}

const OF_OURS =
  /^(x-(request|rate|credits)|ratelimit|retry-after|idempotency-|server-timing|www-authenticate|etag|age$)/;
