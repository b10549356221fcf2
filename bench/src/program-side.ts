import type { StreamCounts } from './target.ts'

// The measured process: its messages to the load process, over Node's channel.

export type ProgramMessage =
  | { readonly kind: 'started'; readonly url: string }
  | { readonly kind: 'seen'; readonly ordered: Seen; readonly recovered: Seen }
  | { readonly kind: 'counts'; readonly counts: StreamCounts }

/** A query of the load process. */
export type ProgramRequest = 'count' | 'stop'

/** Ids and when each was seen. */
type Seen = [requestId: string, atMs: number][]

const tell = (message: ProgramMessage): void => void process.send?.(message)

export const reportStarted = (url: string): void => tell({ kind: 'started', url })

let ordered: Seen = []
let recovered: Seen = []
let isTelling = false

/**
 * One message for each turn of the event loop: one for each event would be work that an unmeasured engine does not
 * have.
 */
export function reportSeen(what: 'ordered' | 'recovered', requestId: string, atMs: number): void {
  if (what === 'ordered') ordered.push([requestId, atMs])
  else recovered.push([requestId, atMs])
  if (isTelling) return
  isTelling = true
  setImmediate(() => {
    isTelling = false
    tell({ kind: 'seen', ordered, recovered })
    ordered = []
    recovered = []
  })
}

/** Stops the process on request, or when the load process is gone, because no other process would stop it. */
export function serveLoadProcess({ stop, count }: { stop(): Promise<unknown>; count?(): Promise<StreamCounts> }): void {
  process.on('message', async (asked: ProgramRequest) => {
    if (asked === 'count') {
      if (count) tell({ kind: 'counts', counts: await count() })
      return
    }
    await stop()
    process.exit(0)
  })
  process.on('disconnect', () => process.exit(1))
}
