/** docker-compose.yml as far as the rules look at it. */
import { parse } from 'yaml';
import { z } from 'zod';

const composeServiceSchema = z.object({
  image: z.string(),
  build: z.object({ dockerfile: z.string() }).optional(),
  /** Given: it starts only when it is asked for. */
  profiles: z.array(z.string()).default([]),
  restart: z.string().optional(),
  user: z.string().optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  privileged: z.boolean().default(false),
  logging: z.object({ options: z.record(z.string(), z.string()) }).optional(),
  stop_grace_period: z.string().optional(),
  mem_limit: z.string().optional(),
  pids_limit: z.number().optional(),
});

const composeFileSchema = z.object({
  services: z.record(z.string(), composeServiceSchema),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) }).nullable()),
  secrets: z.record(z.string(), z.object({ file: z.string() })).default({}),
});

export type ComposeService = z.infer<typeof composeServiceSchema>;
export type ComposeFile = z.infer<typeof composeFileSchema>;

/** @throws ZodError or YAMLParseError when it is no compose file */
export function parseComposeFile(text: string): ComposeFile {
  return composeFileSchema.parse(parse(text, { merge: true }));
}
