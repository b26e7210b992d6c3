/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) out of the bytes of an answer. */

export interface ReceivedEvent {
  readonly event: string;
  readonly data: string;
}

/** Ends when the bytes end, whole or broken: only the last event of a stream says that it was the last. */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ReceivedEvent, void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of bytes) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event) yield event;
      }
    }
  } catch (error) {
    // A connection that breaks is an end like any other here.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** Null for comments, which only keep the connection alive. */
function parseBlock(block: string): ReceivedEvent | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [name = '', value = ''] = line.split(/: ?(.*)/s);
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  }
  return data.length === 0 ? null : { event, data: data.join('\n') };
}
