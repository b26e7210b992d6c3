import { classifyError } from '@bigdata/clickhouse';
import { AppError } from '@bigdata/models';

/** ClickHouse quotes the rows it could not read in its messages: of its errors only the code goes on. */
export async function withoutRows<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { code, context } = classifyError(error);
    throw new AppError(code, { context: { ...context, system: 'clickhouse', cause_name: nameOf(error) } });
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
}
