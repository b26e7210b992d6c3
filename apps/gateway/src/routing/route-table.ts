/** Method and path → contract. A tree by path segments, so that a look-up costs the depth of the path. */
import { type RouteContract } from '@bigdata/models';

export type FoundRoute = { readonly kind: 'found'; readonly contract: RouteContract };

export type RouteMatch =
  | FoundRoute
  | { readonly kind: 'wrong_method'; readonly template: string; readonly allow: string }
  | { readonly kind: 'options'; readonly template: string; readonly allow: string }
  | { readonly kind: 'unmatched' };

export type RouteTable = (method: string, path: string) => RouteMatch;

interface Node {
  readonly fixed: Map<string, Node>;
  parameter: Node | null;
  template: string;
  /** By method; one object for all requests of a route. */
  readonly matches: Map<string, FoundRoute>;
}

export const UNMATCHED: RouteMatch = Object.freeze({ kind: 'unmatched' });

/** @throws Error when two contracts claim the same method and path */
export function createRouteTable(contracts: readonly RouteContract[]): RouteTable {
  const root = createNode();
  for (const contract of contracts) insert(root, contract);
  return (method, path) => {
    const node = find(root, path);
    if (!node) return UNMATCHED;
    const match = node.matches.get(method === 'HEAD' ? 'GET' : method);
    if (match) return match;
    const kind = method === 'OPTIONS' ? 'options' : 'wrong_method';
    return { kind, template: node.template, allow: allowOf(node) };
  };
}

/** The log's name of a route: its template, never the path with what callers put into it. */
export function routeName(match: RouteMatch): string {
  switch (match.kind) {
    case 'found':
      return match.contract.path;
    case 'wrong_method':
    case 'options':
      return match.template;
    case 'unmatched':
      return 'unmatched';
  }
}

function createNode(): Node {
  return { fixed: new Map(), parameter: null, template: '', matches: new Map() };
}

function insert(root: Node, contract: RouteContract): void {
  let node = root;
  for (const segment of contract.path.slice(1).split('/')) {
    const child: Node = (segment.startsWith('{') ? node.parameter : node.fixed.get(segment)) ?? createNode();
    if (segment.startsWith('{')) node.parameter = child;
    else node.fixed.set(segment, child);
    node = child;
  }
  if (node.matches.has(contract.method)) {
    throw new Error(`two contracts for ${contract.method} ${contract.path}`);
  }
  node.template = contract.path;
  node.matches.set(contract.method, { kind: 'found', contract });
}

function find(root: Node, path: string): Node | null {
  if (!path.startsWith('/')) return null;
  let node: Node = root;
  for (const segment of path.slice(1).split('/')) {
    const child = node.fixed.get(segment) ?? (isParameter(segment) ? node.parameter : null);
    if (!child) return null;
    node = child;
  }
  return node.matches.size > 0 ? node : null;
}

/** What a service behind us could read as another path is no parameter: nothing, dots, slashes, bad escapes. */
function isParameter(segment: string): boolean {
  if (segment === '') return false;
  try {
    return !/^\.{1,2}$|[/\\\0]/.test(decodeURIComponent(segment));
  } catch {
    return false;
  }
}

function allowOf(node: Node): string {
  const methods: string[] = [];
  for (const method of node.matches.keys()) {
    methods.push(method);
    if (method === 'GET') methods.push('HEAD');
  }
  return [...methods, 'OPTIONS'].join(', ');
}
