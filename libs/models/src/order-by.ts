/** `order_by` of a query: fields with a direction. */
import { z } from 'zod';
import { type FilterField, NAMES_IN_CONDITIONS, unknownField } from './filter';
import { isRecordFieldName } from './record-fields';

export const ORDER_BY_FIELDS_MAX = 4;
export const ORDER_DIRECTIONS = ['asc', 'desc'] as const;
export type OrderDirection = (typeof ORDER_DIRECTIONS)[number];

const ATTRIBUTE_PREFIX = 'attributes.';

/** Its output is the field as filters know it; an attribute is ordered as text. */
const orderFieldSchema = z.string().transform((name, context): FilterField => {
  if (name.startsWith(ATTRIBUTE_PREFIX) && name.length > ATTRIBUTE_PREFIX.length) {
    return { kind: 'attribute', name: name.slice(ATTRIBUTE_PREFIX.length), type: 'text' };
  }
  if (isRecordFieldName(name) && name !== 'attributes') return { kind: 'field', name };
  const { message, hint } = unknownField(name, NAMES_IN_CONDITIONS);
  context.addIssue({ code: 'custom', message, params: { hint } });
  return z.NEVER;
});

export const orderBySchema = z
  .array(
    z.strictObject({
      field: orderFieldSchema.describe('A record field, or `attributes.<name>`'),
      direction: z.enum(ORDER_DIRECTIONS).default('asc'),
    }),
  )
  .min(1)
  .max(ORDER_BY_FIELDS_MAX);
export type OrderBy = z.output<typeof orderBySchema>;
