/** Values that a JSON Schema allows, as fast-check makes and shrinks them. */
import fc from 'fast-check';
import { type JsonSchema, type OpenApi, resolveSchema } from './openapi';

const LONGEST = 40;
const MOST_ITEMS = 4;
/** Of filters within filters; past it the alternatives that nest are left out. */
const DEEPEST = 3;

/** Members and parameters by name, with values that find something: chance never meets an id that exists. */
export type KnownValues = Readonly<Record<string, readonly unknown[]>>;

export function valuesOfSchema(
  description: OpenApi,
  known: KnownValues,
): (schema: JsonSchema, name: string) => fc.Arbitrary<unknown> {
  const anyOf = (schemas: readonly JsonSchema[], name: string, depth: number): fc.Arbitrary<unknown> => {
    const flat = schemas.filter((schema) => !JSON.stringify(schema).includes('"$ref"'));
    const usable = depth < DEEPEST || flat.length === 0 ? schemas : flat;
    return fc.oneof(...usable.map((schema) => values(schema, name, depth)));
  };

  const object = (schema: JsonSchema, depth: number): fc.Arbitrary<unknown> => {
    const { properties = {}, required = [] } = schema;
    const members = Object.entries(properties).map(([name, member]) => [name, values(member, name, depth)]);
    return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
      requiredKeys: [...required],
      noNullPrototype: true,
    });
  };

  const bySchema = (given: JsonSchema, name: string, depth: number): fc.Arbitrary<unknown> => {
    const schema = resolveSchema(description, given);
    const inner = schema === given ? depth : depth + 1;
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives !== undefined) return anyOf(alternatives, name, inner);
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    const { minItems = 0, maxItems = MOST_ITEMS } = schema;
    switch (schema.type) {
      case 'object':
        return object(schema, inner);
      case 'array':
        return fc.array(values(schema.items ?? {}, name, inner), {
          minLength: minItems,
          maxLength: Math.min(maxItems, Math.max(minItems, MOST_ITEMS)),
        });
      case 'string':
        return text(schema);
      case 'integer':
        return wholeNumber(schema);
      case 'number':
        return fc.double({
          min: schema.minimum ?? -1e9,
          max: schema.maximum ?? 1e9,
          noNaN: true,
        });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case undefined:
      default:
        return fc.jsonValue({ maxDepth: 1 });
    }
  };

  const values = (schema: JsonSchema, name: string, depth: number): fc.Arbitrary<unknown> => {
    const found = schema.type === 'array' || schema.type === 'object' ? undefined : known[name];
    if (found === undefined) return bySchema(schema, name, depth);
    const picked = fc.constantFrom(...found);
    if (ONLY_KNOWN.has(name)) return picked;
    return fc.oneof(
      { weight: 3, arbitrary: picked },
      { weight: 1, arbitrary: bySchema(schema, name, depth) },
    );
  };

  return (schema, name) => values(schema, name, 0);
}

/** A made-up source could be an address of somebody. */
const ONLY_KNOWN = new Set(['source']);

function wholeNumber({ minimum = -1_000, maximum = 1_000 }: JsonSchema): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: minimum, max: Math.min(maximum, Math.max(minimum, 1_000)) }),
    fc.constantFrom(minimum, maximum),
  );
}

function text({ format, pattern, minLength = 0, maxLength = LONGEST }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') {
    return fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern), { size: 'small' });
  const bounds = { minLength, maxLength: Math.min(maxLength, Math.max(minLength, LONGEST)) };
  return fc.oneof(fc.string(bounds), fc.string({ ...bounds, unit: 'binary' }));
}
