/** Whether a backend was away, an owner lost its partition, or a stop came between: the same again may succeed. Their classes say so. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || (error as { isPassing?: boolean }).isPassing === true)

/** Whether an error is of the record that was being worked on, so that it would be thrown each time; a system error, such as a full disk, is not. */
export const isLasting = (error: unknown): boolean =>
  !(error instanceof Error) || !(isPassing(error) || ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)))

/** How often work on a record is tried before its request is parked. Code that throws throws again; a third time is for what a machine in trouble does. */
const triesMax = 3

/** What the work gives, or the lasting fault that it ended with each time. Throws what will pass. */
export type AttemptResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: unknown }

export async function attempt<T>(work: () => T | Promise<T>): Promise<AttemptResult<T>> {
  for (let tries = 1; ; tries++) {
    try {
      return { ok: true, value: await work() }
    } catch (fault) {
      if (!isLasting(fault)) throw fault
      if (tries === triesMax) return { ok: false, fault }
    }
  }
}

/** The same for work that waits for nothing. */
export function attemptSync<T>(work: () => T): AttemptResult<T> {
  for (let tries = 1; ; tries++) {
    try {
      return { ok: true, value: work() }
    } catch (fault) {
      if (!isLasting(fault)) throw fault
      if (tries === triesMax) return { ok: false, fault }
    }
  }
}

const reasonMax = 300

/** For who mends it: which error it is and where it was thrown. What the error says of a value is cut short, and left out where the values are words that are sealed in the log. */
export function reasonOf(fault: unknown, { isOfSealed = false }: { readonly isOfSealed?: boolean } = {}): string {
  if (!(fault instanceof Error)) return `${typeof fault} was thrown`
  const place = placeIn(fault.stack ?? '')
  const said = isOfSealed ? 'what it says is left out, as words are sealed' : fault.message
  return `${fault.name}: ${said}${place ? ` (${place})` : ''}`.slice(0, reasonMax)
}

/**
 * The first place in our own sources, as `packages/streams/src/port.ts:12`. The stack begins with the message, which may quote a whole record, so the
 * text is split into words and each word is searched once.
 */
function placeIn(stack: string): string | undefined {
  for (const word of stack.split(/[\s()]/)) {
    const [, path, line] = /^(?:file:)?([^:]*):(\d+)/.exec(word) ?? []
    const start = path?.search(/\/(?:schemas|packages|services)\/[^/]/) ?? -1
    if (path && start >= 0) return `${path.slice(start + 1)}:${line}`
  }
  return undefined
}
