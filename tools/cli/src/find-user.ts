import { ROUTES, type User } from '@bigdata/models';
import { type ApiClient } from './api-client';
import { CliError } from './cli-error';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** A user by id or by exact name. */
export async function findUser(api: ApiClient, idOrName: string): Promise<User> {
  if (UUID.test(idOrName)) {
    return (await api.call(ROUTES.readUser, { params: { id: idOrName } })).data.user;
  }
  const { data } = await api.call(ROUTES.listUsers, { query: { search: idOrName, limit: 1_000 } });
  const user = data.data.find(({ username }) => username === idOrName);
  if (!user) throw new CliError(`There is no user "${idOrName}".`);
  return user;
}
