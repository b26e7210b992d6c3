/**
 * What is asked of Redis within one turn of the event loop and can go as one: requests that arrive together cost one
 * script instead of one each, and a request that is alone waits for nothing but the end of the turn.
 */
export interface TurnGroups<G, I> {
  /** @param isOf whether a group that is open already is the one; @param open makes it when none is */
  add(key: string, item: I, isOf: (group: G) => boolean, open: () => G): void;
}

/** More than this is sent in several calls: Lua's `unpack` has room for some 8,000 values. */
const GROUP_MAX = 1_000;

/** @param send called once per group, at the end of the turn */
export function createTurnGroups<G, I>(send: (group: G, items: readonly I[]) => void): TurnGroups<G, I> {
  interface Open {
    readonly group: G;
    readonly items: I[];
  }
  let open = new Map<string, Open[]>();

  const flush = (): void => {
    const groups = open;
    open = new Map();
    for (const ofKey of groups.values()) for (const { group, items } of ofKey) send(group, items);
  };

  return {
    add(key, item, isOf, openGroup) {
      if (open.size === 0) setImmediate(flush);
      let ofKey = open.get(key);
      if (!ofKey) open.set(key, (ofKey = []));
      const found = ofKey.find(({ group, items }) => items.length < GROUP_MAX && isOf(group));
      if (found) found.items.push(item);
      else ofKey.push({ group: openGroup(), items: [item] });
    },
  };
}
