/** Datasets of records: what is decided for a dataset as a whole, before anything is loaded into it. */
import { z } from 'zod';
import { datasetSchema } from './ingest-jobs';
import { timestampSchema } from './lists';

/** Names of rules, of which the first that applies to a row names its key; null: the default ones. */
export const datasetKeyPolicySchema = z
  .array(z.string().min(1).max(100))
  .min(1)
  .max(32)
  .refine((rules) => new Set(rules).size === rules.length, 'a rule is named once')
  .nullable();

export const putDatasetSchema = z.strictObject({ key_policy: datasetKeyPolicySchema });

export const datasetSettingsSchema = z.object({
  name: datasetSchema,
  key_policy: z.array(z.string()).nullable(),
  /** When its first job was made, or its policy set. */
  created_at: timestampSchema,
});
export type DatasetSettings = z.output<typeof datasetSettingsSchema>;
