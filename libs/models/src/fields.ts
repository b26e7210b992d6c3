/** GET /v1/fields: what a key may select and filter by. */
import { z } from 'zod';
import { FILTER_OPERATORS } from './filter-operators';
import { timestampSchema } from './lists';
import { FIELD_TYPES } from './record-fields';

const operators = z.array(z.enum(FILTER_OPERATORS));

export const fieldsAnswerSchema = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.enum(FIELD_TYPES),
      operators: operators.meta({ description: 'What a condition on the field may use as `op`' }),
      description: z.string(),
      coverage: z.number().min(0).max(1).meta({
        description: 'Share of the records that have a value, from 0 to 1; 0 while there are no records',
      }),
    }),
  ),
  attributes: z
    .object({
      name: z
        .literal('attributes.<name>')
        .meta({ description: '`<name>` is the header of the input column' }),
      operators: z.object({ text: operators, number: operators, date: operators }).meta({
        description: 'By the `type` of a condition, which says how the texts of the attribute are compared',
      }),
      description: z.string(),
    })
    .nullable()
    .meta({ description: 'How one attribute is named in a filter; null for a key that may not see them' }),
  as_of: timestampSchema.meta({ description: 'When the coverage was counted' }),
});
export type FieldsAnswer = z.output<typeof fieldsAnswerSchema>;
