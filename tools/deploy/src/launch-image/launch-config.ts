/** What the check tells the launcher, as JSON in a file: how each image runs, and where to say how it ended. */
import { z } from 'zod';

const settingSchema = z.object({ env: z.string(), secret: z.boolean() });

const launchImageSchema = z.object({
  /** The image's file system, mounted. */
  root: z.string(),
  user: z.string(),
  workdir: z.string(),
  env: z.array(z.string()),
  entrypoint: z.array(z.string()),
  /** What the service reads: nothing else of the environment enters the container. */
  settings: z.array(settingSchema),
});

const launchConfigSchema = z.object({
  images: z.record(z.string(), launchImageSchema),
  /** Gets one line of JSON for each container that ended. */
  reportFile: z.string(),
});

const launchReportSchema = z.object({
  image: z.string(),
  args: z.array(z.string()),
  /** The signal that it was asked to end with, if it was. */
  asked: z.string().nullable(),
  code: z.number().nullable(),
  signal: z.string().nullable(),
});

export type LaunchImage = z.infer<typeof launchImageSchema>;
export type LaunchConfig = z.infer<typeof launchConfigSchema>;
export type LaunchReport = z.infer<typeof launchReportSchema>;

/** @throws ZodError or SyntaxError */
export const parseLaunchConfig = (text: string): LaunchConfig => launchConfigSchema.parse(JSON.parse(text));

export const parseLaunchReports = (text: string): readonly LaunchReport[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => launchReportSchema.parse(JSON.parse(line)));
