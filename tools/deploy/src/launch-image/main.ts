/**
 * `node main.js <service>/<script>.js [args]`: runs the script out of the image of the service, as `tools/stack` would
 * run it out of dist. BIGDATA_IMAGES names the file that says how each image runs.
 */
import { type ChildProcess } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { type LaunchReport, parseLaunchConfig } from './launch-config';
import { planContainer } from './container-plan';
import { enterImage } from './enter-image';

const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

async function main([script = '', ...args]: readonly string[]): Promise<number> {
  const { images, reportFile } = parseLaunchConfig(readFileSync(process.env['BIGDATA_IMAGES'] ?? '', 'utf8'));
  const slash = script.indexOf('/');
  const name = script.slice(0, slash);
  const image = images[name];
  if (!image) throw new Error(`There is no image ${name}.`);
  const container = [script.slice(slash + 1), ...args];
  const child = enterImage(image, planContainer(image, container, process.env));
  let asked: string | null = null;
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      asked = signal;
      signalProgram(child, signal);
    });
  }
  const end = await new Promise<Pick<LaunchReport, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const report: LaunchReport = { image: name, args: container, asked, ...end };
  appendFileSync(reportFile, `${JSON.stringify(report)}\n`);
  return end.code ?? 1;
}

/** unshare waits for the program and passes no signal on. */
function signalProgram({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  for (const child of children.split(' ').filter((text) => text !== '')) process.kill(Number(child), signal);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
