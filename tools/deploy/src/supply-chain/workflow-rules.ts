/** Workflows of GitHub Actions run other people's code with our rights: named by commit, and with the least of them. */
import { parse } from 'yaml';
import { z } from 'zod';

const permissionsSchema = z.record(z.string(), z.enum(['read', 'write', 'none']));

const workflowSchema = z.object({
  permissions: permissionsSchema,
  jobs: z.record(
    z.string(),
    z.object({
      permissions: permissionsSchema.optional(),
      'timeout-minutes': z.number().optional(),
      steps: z.array(
        z.object({
          uses: z.string().optional(),
          run: z.string().optional(),
          with: z.record(z.string(), z.unknown()).default({}),
        }),
      ),
    }),
  ),
});

/** An action, its commit, and after it the release as a comment, which is what a person and an updater read. */
const PINNED = /uses: +[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** @param mayWrite jobs that publish */
export function findWorkflowProblems(text: string, mayWrite: readonly string[]): string[] {
  const { permissions, jobs } = workflowSchema.parse(parse(text));
  return [
    ...text
      .split('\n')
      .filter((line) => /^\s*(- )?uses:/.test(line) && !PINNED.test(line))
      .map((line) => `${line.trim()} names no commit with its release`),
    ...writes(permissions).map((scope) => `every job may write ${scope}`),
    ...Object.entries(jobs).flatMap(([name, job]) => [
      ...(mayWrite.includes(name)
        ? []
        : writes(job.permissions ?? {}).map((scope) => `${name} may write ${scope}`)),
      ...(job['timeout-minutes'] === undefined ? [`${name} may run for ever`] : []),
      ...job.steps
        // Titles, branch names and the like are texts of strangers: as part of a script they would be run.
        .filter(({ run = '' }) => /\$\{\{\s*(github\.event|github\.head_ref|inputs)/.test(run))
        .map(() => `${name} writes a text of the event into a script`),
      ...job.steps
        .filter(
          ({ uses = '', with: options }) =>
            uses.startsWith('actions/checkout@') && options['persist-credentials'] !== false,
        )
        .map(() => `${name} leaves its token in the clone`),
    ]),
  ];
}

const writes = (permissions: Readonly<Record<string, string>>): string[] =>
  Object.entries(permissions)
    .filter(([, access]) => access === 'write')
    .map(([scope]) => scope);
