/** Plans: terms under a name, for every user who is on it. */
import { z } from 'zod';
import { accountTermsSchema, shownTermsSchema } from './key-terms';
import { timestampSchema } from './lists';

export const planNameSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/,
    'the name of a plan is 1 to 64 of a-z, 0-9, dot, dash, underscore',
  )
  .refine((name) => name !== 'none', '"none" stands for no plan');

export const putPlanSchema = z.strictObject({ terms: accountTermsSchema });

export const planSchema = z.object({
  name: z.string(),
  terms: shownTermsSchema,
  /** How many users are on it. */
  users: z.int().nonnegative(),
  created_at: timestampSchema,
  updated_at: timestampSchema,
});
export type Plan = z.output<typeof planSchema>;
