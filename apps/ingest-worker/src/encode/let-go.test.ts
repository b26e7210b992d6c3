import { TextColumn } from './native-block';
import { letGo } from './let-go';

test('a buffer that is let go holds no memory any more', () => {
  const buffer = Buffer.allocUnsafeSlow(1_048_576);
  letGo(buffer);
  expect(buffer.buffer.byteLength).toBe(0);
});

test('neither does a column that is closed, however far it has grown', () => {
  const column = new TextColumn('v_email');
  column.seek(0, 1_048_576);
  expect(column.data.buffer.byteLength).toBeGreaterThanOrEqual(1_048_576);
  column.close();
  expect(column.data.buffer.byteLength).toBe(0);
});
