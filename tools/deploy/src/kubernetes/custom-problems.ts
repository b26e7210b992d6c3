/**
 * Objects of an operator against its own definitions (CustomResourceDefinition), as an API server holds them: types,
 * enumerations, patterns, what is required, and no field that the schema does not have, since that one is dropped.
 */
import { parseAllDocuments } from 'yaml';
import { type KubeObject, nameOf } from './overlay';

/** The part of OpenAPI that a structural schema may use and that these definitions do. */
export interface CustomSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, CustomSchema>>;
  readonly additionalProperties?: CustomSchema | boolean;
  readonly items?: CustomSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
}

interface Definition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: CustomSchema };
    }[];
  };
}

/** Schemas by `group/version kind`. */
export type CustomSchemas = ReadonlyMap<string, CustomSchema>;

export function parseCustomSchemas(text: string): CustomSchemas {
  const definitions = parseAllDocuments(text)
    .map((document) => document.toJS() as Definition | null)
    .filter((document) => document?.kind === 'CustomResourceDefinition') as Definition[];
  return new Map(
    definitions.flatMap(({ spec }) =>
      spec.versions.map(({ name, schema }) => [
        `${spec.group}/${name} ${spec.names.kind}`,
        schema.openAPIV3Schema,
      ]),
    ),
  );
}

export function findCustomProblems(objects: readonly KubeObject[], schemas: CustomSchemas): string[] {
  return objects.flatMap((object) => {
    const schema = schemas.get(`${object.apiVersion} ${object.kind}`);
    if (!schema) return [`${nameOf(object)}: no definition of ${object.apiVersion} ${object.kind}`];
    const { apiVersion: _version, kind: _kind, metadata: _metadata, ...own } = object;
    const { properties: { apiVersion: _a, kind: _k, metadata: _m, ...properties } = {} } = schema;
    return problemsIn({ ...schema, properties }, own, '').map((problem) => `${nameOf(object)}: ${problem}`);
  });
}

function problemsIn(schema: CustomSchema, value: unknown, at: string): string[] {
  if (schema['x-kubernetes-int-or-string'] === true) {
    return typeof value === 'string' || Number.isInteger(value)
      ? []
      : [`${at} is no text and no whole number`];
  }
  if (schema.enum && !schema.enum.includes(value))
    return [`${at} is ${JSON.stringify(value)}, none of its values`];
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- without a type anything goes
  switch (schema.type) {
    case 'object':
      return isRecord(value) ? fieldProblems(schema, value, at) : [`${at} is no object`];
    case 'array':
      if (!Array.isArray(value)) return [`${at} is no list`];
      return value.flatMap((item, index) => problemsIn(schema.items ?? {}, item, `${at}/${index}`));
    case 'string':
      if (typeof value !== 'string') return [`${at} is no text`];
      return schema.pattern === undefined || new RegExp(schema.pattern).test(value)
        ? []
        : [`${at} does not look like ${schema.pattern}`];
    case 'integer':
    case 'number':
      if (typeof value !== 'number') return [`${at} is no number`];
      if (schema.type === 'integer' && !Number.isInteger(value)) return [`${at} is no whole number`];
      return value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)
        ? [`${at} is out of bounds`]
        : [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${at} is neither true nor false`];
    default:
      return [];
  }
}

function fieldProblems(schema: CustomSchema, value: Readonly<Record<string, unknown>>, at: string): string[] {
  const { properties = {}, additionalProperties: others, required = [] } = schema;
  return [
    ...required.filter((name) => !(name in value)).map((name) => `${at}/${name} is missing`),
    ...Object.entries(value).flatMap(([name, field]) => {
      const own = properties[name] ?? (typeof others === 'object' ? others : undefined);
      if (own) return problemsIn(own, field, `${at}/${name}`);
      const isFree = schema['x-kubernetes-preserve-unknown-fields'] === true || others === true;
      return isFree ? [] : [`${at}/${name} is no field of its definition`];
    }),
  ];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
