import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { workspaceRoot } from '@bigdata/stack';
import { type Contestant, timeLoad } from './contestant';
import { PEOPLE_COLUMNS } from './people-rows';
import { type PlainLoad } from './plain-pipeline/load-plainly';
import { type PlainAnswer } from './plain-pipeline/main';

export type PlainPipeline = Contestant & { readonly stop: () => void };

export const PLAIN_TABLE = 'plain_people';

/** The table that goes with it: plain text, the later row of a key wins. Easier on ClickHouse than the worker's. */
export const CREATE_PLAIN_TABLE = `CREATE TABLE ${PLAIN_TABLE} (
  dedupe_key String,
  ${PEOPLE_COLUMNS.map((name) => `${name} String`).join(',\n  ')}
)
ENGINE = ReplacingMergeTree
ORDER BY dedupe_key`;

/** Starts the built pipeline, which loads the first `file.rows` rows of a file. */
export const startPlainPipeline = ({ url, database }: Pick<PlainLoad, 'url' | 'database'>): PlainPipeline => {
  const script = path.join(workspaceRoot(), 'dist/bench/ingest/plain-pipeline/main.js');
  const child: ChildProcess = fork(script, { env: {}, execArgv: [] });
  return {
    pid: () => child.pid ?? null,
    table: PLAIN_TABLE,
    load: (file) =>
      timeLoad(async () => {
        const load: PlainLoad = { url, database, table: PLAIN_TABLE, file: file.path, rowsMax: file.rows };
        child.send(load);
        const answer = await nextAnswer(child);
        if ('error' in answer) throw new Error(`the plain pipeline failed: ${answer.error}`);
        if (answer.rows !== file.rows) throw new Error(`the plain pipeline loaded ${answer.rows} rows`);
      }),
    stop: () => child.disconnect(),
  };
};

const nextAnswer = async (child: ChildProcess): Promise<PlainAnswer> => {
  const ended = once(child, 'exit').then(([code]): PlainAnswer => ({
    error: `it ended with ${String(code)}`,
  }));
  const [answer] = (await Promise.race([once(child, 'message'), ended.then((gone) => [gone])])) as [
    PlainAnswer,
  ];
  return answer;
};
