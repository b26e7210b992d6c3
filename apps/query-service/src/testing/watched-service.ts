/** The service with two records of victims in it, and a hop before ClickHouse that keeps what is sent there. */
import { insertVictims, statementsOfPeople, strayStatements } from './hostile-requests';
import { startStatementRecorder } from './statement-recorder';
import { startTestService, type TestService, type TestServiceOptions } from './test-service';

export interface WatchedService {
  readonly service: TestService;
  /** Statements since the last call that ClickHouse is not sent for ordinary texts. */
  takeStrayStatements(): string[];
  stop(): Promise<void>;
}

export async function startWatchedService(options: TestServiceOptions): Promise<WatchedService> {
  const { clickhouseUrl } = options;
  const recorder = await startStatementRecorder(clickhouseUrl);
  const service = await startTestService({
    ...options,
    clickhouseUrl: recorder.url,
    directClickhouseUrl: clickhouseUrl,
  });
  await insertVictims(service);
  const known = await statementsOfPeople(service, recorder);
  return {
    service,
    takeStrayStatements: () => strayStatements(recorder.take(), known),
    async stop() {
      await service.stop();
      await recorder.close();
    },
  };
}
