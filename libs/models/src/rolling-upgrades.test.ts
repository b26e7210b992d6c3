/**
 * While a release rolls out, a service reads answers of a later version than its own: whatever that one has added, at
 * any depth, must not make the answer unreadable.
 */
import { type z } from 'zod';
import { ROUTES } from './routes';

type Schema = z.core.$ZodType;

/** Paths of objects that refuse what they do not know. */
function strictPartsOf(schema: Schema, at = '$', around: readonly Schema[] = []): string[] {
  if (around.includes(schema)) return [];
  const within = [...around, schema];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const refuses = 'catchall' in def && def.catchall?._zod.def.type === 'never';
  const parts = Object.entries(partsOf(def));
  return [
    ...(refuses ? [at] : []),
    ...parts.flatMap(([name, part]) => strictPartsOf(part, at + name, within)),
  ];
}

/** By what is written behind the path of the whole. */
function partsOf(def: z.core.$ZodTypes['_zod']['def']): Record<string, Schema> {
  if ('shape' in def) {
    return Object.fromEntries(Object.entries(def.shape).map(([name, part]) => [`.${name}`, part]));
  }
  if ('element' in def) return { '[]': def.element };
  if ('items' in def) return Object.fromEntries(def.items.map((item, index) => [`[${index}]`, item]));
  if ('options' in def) {
    return Object.fromEntries(def.options.map((option, index) => [`|${index}`, option]));
  }
  if ('valueType' in def) return { '.*': def.valueType };
  if ('left' in def) return { '&0': def.left, '&1': def.right };
  if ('in' in def) return { '': def.in, '→': def.out };
  if ('innerType' in def) return { '': def.innerType };
  return 'getter' in def ? { '': def.getter() } : {};
}

/** How a file is to be read: a worker that left aside what it does not know would load it otherwise, and nobody saw. */
const STRICT_ON_PURPOSE = /^\$\.(piece\|\d\.(job\.hints|plan(\.columns\[\])?)|request\.hints)$/;

test.each(Object.values(ROUTES))('an answer of $id may have more than is known of it', ({ answer }) => {
  expect(strictPartsOf(answer).filter((part) => !STRICT_ON_PURPOSE.test(part))).toEqual([]);
});

test('a part that refuses is found at any depth', () => {
  // A request is strict on purpose: a caller that misspells a member is told.
  expect(strictPartsOf(ROUTES.createJob.body)).toEqual(['$', '$.hints']);
  expect(strictPartsOf(ROUTES.putPlan.body)).toEqual([
    ...['$', '$.terms', '$.terms.limits', '$.terms.query_limits', '$.terms.prices.*'],
  ]);
});
