/**
 * Whether a retry may succeed: a backend was unreachable, the partition was lost, or the process is stopping. The error
 * classes say so.
 */
export const isTransient = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || (error as { isTransient?: boolean }).isTransient === true)

/**
 * Whether the record itself causes the error, so that every retry fails. System errors, such as a full disk, are not
 * lasting.
 */
export const isPermanent = (error: unknown): boolean =>
  !(error instanceof Error) || !(isTransient(error) || ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)))

/**
 * How often work on a record is attempted before its request is parked. Three: a bug fails each time, but a machine in
 * trouble may recover.
 */
const triesMax = 3

/** The result of the work, or the lasting fault of the last attempt. A passing fault is thrown. */
export type AttemptResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: unknown }

export async function attempt<T>(work: () => T | Promise<T>): Promise<AttemptResult<T>> {
  for (let tries = 1; ; tries++) {
    try {
      return { ok: true, value: await work() }
    } catch (fault) {
      if (!isPermanent(fault)) throw fault
      if (tries === triesMax) return { ok: false, fault }
    }
  }
}

/** As `attempt`, for synchronous work. */
export function attemptSync<T>(work: () => T): AttemptResult<T> {
  for (let tries = 1; ; tries++) {
    try {
      return { ok: true, value: work() }
    } catch (fault) {
      if (!isPermanent(fault)) throw fault
      if (tries === triesMax) return { ok: false, fault }
    }
  }
}

const reasonMax = 300

/**
 * A short reason for operators: the error's name and the line of our code that threw it. The message is cut short, and
 * left out where it may quote decrypted personal data.
 */
export function reasonOf(fault: unknown, { containsPersonalData = false }: { readonly containsPersonalData?: boolean } = {}): string {
  if (!(fault instanceof Error)) return `${typeof fault} was thrown`
  const location = locationIn(fault.stack ?? '')
  const text = containsPersonalData ? 'message left out, because it may contain personal data' : fault.message
  return `${fault.name}: ${text}${location ? ` (${location})` : ''}`.slice(0, reasonMax)
}

/**
 * The first frame in our own sources, as `packages/streams/src/port.ts:12`. The stack starts with the message, which
 * may quote a whole record. So the text is split at spaces and each part is searched once.
 */
function locationIn(stack: string): string | undefined {
  for (const word of stack.split(/[\s()]/)) {
    const [, path, line] = /^(?:file:)?([^:]*):(\d+)/.exec(word) ?? []
    const start = path?.search(/\/(?:schemas|packages|services|workflows)\/[^/]/) ?? -1
    if (path && start >= 0) return `${path.slice(start + 1)}:${line}`
  }
  return undefined
}
