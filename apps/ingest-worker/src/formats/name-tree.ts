/**
 * Names of nested values, `address.city`, found by the bytes of their last part: a hash of the bytes leads to the node,
 * the bytes themselves decide. So a name costs no string per row. Memory is bounded: a tree that a file of ever new names
 * has filled is planted anew.
 */

export interface NameNode {
  /** Dotted, from the record on. */
  readonly name: string;
  /** Of the plan; -1 for a name that is none. */
  readonly column: number;
  /** Last part of the name as it was written. */
  readonly key: Buffer;
  readonly children: Map<number, NameNode>;
  /** Another node of the same hash. */
  readonly chain: NameNode | null;
  /** Row that the node was last used in, and the place of its value among that row's extras. */
  row: number;
  extra: number;
  /** 1, or 2 for `name_2`. */
  readonly ordinal: number;
  /** The node of the next value under this name in one parent: `name_2` behind `name`. XML only. */
  next: NameNode | null;
  /** Element that the name was last seen in, the node it had there, and the tag it was an attribute of: XML only. */
  seenIn: number;
  latest: NameNode | null;
  attributeOf: number;
}

export interface NameTree {
  readonly root: NameNode;
  /** The child of `parent` whose key is `bytes[start, end)`, under `hash`, which is any function of these bytes. */
  child(parent: NameNode, bytes: Buffer, start: number, end: number, hash: number): NameNode;
  /** The node for one more value under the same name. */
  next(node: NameNode): NameNode;
  /** To be called between rows. */
  prune(): void;
}

const CHARS_MAX = 4_000_000;

export function createNameTree(columns: readonly string[]): NameTree {
  const places = new Map(columns.map((name, index) => [name, index]));
  let chars = 0;
  const createNode = (name: string, key: Buffer, chain: NameNode | null, ordinal = 1): NameNode => {
    chars += name.length + 100;
    return {
      name,
      column: places.get(name) ?? -1,
      key,
      children: new Map(),
      chain,
      row: 0,
      extra: 0,
      ordinal,
      next: null,
      seenIn: 0,
      latest: null,
      attributeOf: 0,
    };
  };
  const tree = {
    root: createNode('', Buffer.alloc(0), null),
    child(parent: NameNode, bytes: Buffer, start: number, end: number, hash: number): NameNode {
      const first = parent.children.get(hash) ?? null;
      for (let node = first; node !== null; node = node.chain) {
        const { key } = node;
        if (key.length !== end - start) continue;
        let i = 0;
        while (i < key.length && key[i] === bytes[start + i]) i += 1;
        if (i === key.length) return node;
      }
      const key = Buffer.from(bytes.subarray(start, end));
      const text = key.toString();
      const node = createNode(parent === tree.root ? text : `${parent.name}.${text}`, key, first);
      parent.children.set(hash, node);
      return node;
    },
    next(node: NameNode): NameNode {
      const ordinal = node.ordinal + 1;
      const stem = node.ordinal === 1 ? node.name : node.name.slice(0, node.name.lastIndexOf('_'));
      node.next ??= createNode(`${stem}_${ordinal}`, node.key, null, ordinal);
      return node.next;
    },
    prune(): void {
      if (chars <= CHARS_MAX) return;
      chars = 0;
      tree.root = createNode('', Buffer.alloc(0), null);
    },
  };
  return tree;
}
