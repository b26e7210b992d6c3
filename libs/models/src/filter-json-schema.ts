/** The language of filters as JSON Schema, for the API description. */
import { FILTER_LIMITS, FILTERABLE_FIELDS } from './filter';
import { ATTRIBUTE_TYPES, FILTER_OPERATORS } from './filter-operators';

const SCALAR = [
  { type: 'string', maxLength: FILTER_LIMITS.valueChars },
  { type: 'number', description: 'For attributes' },
  { type: 'boolean', description: 'For attributes, and for exists' },
];
const REFERENCE = { $ref: '#/components/schemas/Filter' };

const branch = (op: string, schema: object) => ({
  type: 'object',
  title: op,
  additionalProperties: false,
  required: [op],
  properties: { [op]: schema },
});

export const FILTER_JSON_SCHEMA = {
  description: `A condition, or conditions joined by and, or, not; nested at most ${FILTER_LIMITS.depth} deep, with at most ${FILTER_LIMITS.conditions} conditions.`,
  oneOf: [
    {
      type: 'object',
      title: 'Condition',
      additionalProperties: false,
      required: ['field', 'op'],
      properties: {
        field: {
          type: 'string',
          description: `One of ${FILTERABLE_FIELDS.join(', ')}, or attributes.<column>`,
          examples: ['email', 'country', 'attributes.loyalty_tier'],
        },
        op: {
          type: 'string',
          enum: [...FILTER_OPERATORS],
          description:
            'prefix and contains are for texts alone, not for ids, dates, timestamps, or attributes read as number or date',
        },
        value: {
          description:
            'A list of values for in and not_in, a list of two for between, one value for the others; exists takes none, or false for records without a value',
          oneOf: [
            ...SCALAR,
            {
              type: 'array',
              minItems: 1,
              maxItems: FILTER_LIMITS.valuesPerCondition,
              items: { oneOf: SCALAR },
            },
          ],
        },
        type: {
          type: 'string',
          enum: [...ATTRIBUTE_TYPES],
          description:
            'How an attribute is read; without it, as number where the value is one, else as text. Other fields take none.',
        },
      },
    },
    branch('and', { type: 'array', minItems: 1, items: REFERENCE }),
    branch('or', { type: 'array', minItems: 1, items: REFERENCE }),
    branch('not', REFERENCE),
  ],
} as const;
