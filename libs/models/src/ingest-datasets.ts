/** Datasets of records: what is decided for a dataset as a whole, before anything is loaded into it. */
import { z } from 'zod';
import { datasetSchema } from './ingest-jobs';
import { keyPolicySchema } from './key-policy';
import { timestampSchema } from './lists';

/** Null: the default one. */
export const datasetKeyPolicySchema = keyPolicySchema.nullable();

export const putDatasetSchema = z.strictObject({ key_policy: datasetKeyPolicySchema });

export const datasetSettingsSchema = z.object({
  name: datasetSchema,
  key_policy: z.array(z.string()).nullable(),
  /** When its first job was made, or its policy set. */
  created_at: timestampSchema,
});
export type DatasetSettings = z.output<typeof datasetSettingsSchema>;
