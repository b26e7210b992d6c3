/**
 * How well dedupe keys link the records of published sets: `npm run linkage -- [--json]`, with BIGDATA_CORPUS. Exits
 * with 0 when that was told, with 1 when not.
 */
import { evaluateLinkage } from './evaluate-linkage';
import { evaluateNamePairs } from './evaluate-name-pairs';
import { toMarkdown } from './linkage-report';
import { LINKAGE_SETS } from './linkage-sets';

function main(args: readonly string[], corpusFolder: string | undefined): number {
  try {
    const unknown = args.find((arg) => arg !== '--json');
    if (unknown !== undefined) throw new Error(`unknown argument ${unknown}; usage: linkage [--json]`);
    if (!corpusFolder) {
      throw new Error(
        'BIGDATA_CORPUS is not set: it names the folder that holds record-linkage and normalise',
      );
    }
    const report = {
      sets: LINKAGE_SETS.map((set) => evaluateLinkage(corpusFolder, set)),
      namePairs: evaluateNamePairs(corpusFolder),
    };
    process.stdout.write(`${args.includes('--json') ? JSON.stringify(report) : toMarkdown(report)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`linkage: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2), process.env['BIGDATA_CORPUS']);
