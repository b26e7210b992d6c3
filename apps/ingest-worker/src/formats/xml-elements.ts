/**
 * The elements that are open outside of the records. Where reading goes on in the middle of a file they are not known:
 * then an end tag may close any of them, and the root counts as closed by the last end tag of its name that nothing
 * but comments follows.
 */
export interface XmlElements {
  /** Of the elements that are known to be open. */
  depth(): number;
  /** Whether more may be open than are known. */
  isUnknown(): boolean;
  /** Whether more of the file must follow, as far as is known. */
  isWithinRoot(): boolean;
  /** @returns whether an element may start here */
  open(name: string): boolean;
  /** @returns whether the element may end here */
  close(name: string): boolean;
  admitsRecord(): boolean;
  passRecord(): void;
  /** Text that is not blank. */
  passStray(): void;
  isComplete(): boolean;
}

export function createXmlElements(ancestors: readonly string[], isFirst: boolean): XmlElements {
  const root = ancestors[0] ?? null;
  const isUnknown = !isFirst && root !== null;
  const stack: string[] = isFirst ? [...ancestors] : [];
  /** A record that is the root is behind us when reading goes on. */
  let isRootClosed = !isFirst && root === null;

  const start = (): boolean => {
    if (stack.length > 0) return true;
    if (isUnknown) isRootClosed = false;
    return isUnknown || !isRootClosed;
  };
  return {
    depth: () => stack.length,
    isUnknown: () => isUnknown,
    isWithinRoot: () => !isRootClosed && (stack.length > 0 || isUnknown),
    open(name) {
      const isAllowed = start();
      stack.push(name);
      return isAllowed;
    },
    close(name) {
      if (stack.length > 0) {
        const isRight = stack.pop() === name;
        if (stack.length === 0 && !isUnknown) isRootClosed = true;
        return isRight;
      }
      if (!isUnknown) return false;
      isRootClosed = name === root;
      return true;
    },
    admitsRecord: start,
    passRecord() {
      if (root === null) isRootClosed = true;
    },
    passStray() {
      if (isUnknown && stack.length === 0) isRootClosed = false;
    },
    isComplete: () => isRootClosed && stack.length === 0,
  };
}
