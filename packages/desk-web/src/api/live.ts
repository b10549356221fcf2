import type { LedgerFact, WorkKind } from '@holdfast/schemas'
import { useEffect, useSyncExternalStore } from 'react'
import { serverTimeIsPast } from '../time/server-time.ts'

/** Whether facts arrive live. */
export interface LiveStatus {
  readonly isLive: boolean
  /** When data last arrived, in milliseconds since 1970. */
  readonly heardMs: number
}

/**
 * An event of the reader's desk work. `missed` if events may be lost after a disconnect: parts that show desk work then
 * fetch it again.
 */
export type WorkNews =
  | { readonly missed: true }
  | { readonly kind: WorkKind; readonly sequence: number; readonly actor: string; readonly requestIds: readonly string[] }

const channel = new BroadcastChannel('holdfast-facts')
const listeners = new Set<(facts: readonly LedgerFact[]) => void>()
const workListeners = new Set<(news: WorkNews) => void>()
const statusListeners = new Set<() => void>()
let status: LiveStatus = { isLive: false, heardMs: Date.now() }

function setStatus(isLive: boolean): void {
  status = { isLive, heardMs: isLive ? Date.now() : status.heardMs }
  for (const listener of statusListeners) listener()
}

/** Facts within one frame are notified together. */
let waiting: LedgerFact[] = []
function tell(fact: LedgerFact): void {
  serverTimeIsPast(fact.time)
  waiting.push(fact)
  if (waiting.length > 1) return
  requestAnimationFrame(() => {
    const facts = waiting
    waiting = []
    for (const listener of listeners) listener(facts)
  })
}

const tellWork = (work: WorkNews): void => {
  for (const listener of workListeners) listener(work)
}

type Message = { readonly fact: LedgerFact } | { readonly work: WorkNews } | { readonly isLive: boolean } | { readonly missed: true }

export interface LiveReader {
  /** Called when the engine has refused the stream. */
  isSignedIn(): Promise<boolean>
  /** Facts may have been missed: everything shown is fetched again. */
  onMissed(): void
}

/** The engine refuses a stream while it starts, or at its limit. */
const againMs = 5_000
let hasBegun = false

/**
 * One stream for all tabs of a browser, because HTTP/1.1 allows six connections per host. The tab with the lock has it
 * and informs the others.
 */
export function startLive(reader: LiveReader): void {
  if (hasBegun) return
  hasBegun = true
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if ('fact' in data) tell(data.fact)
    else if ('work' in data) tellWork(data.work)
    else if ('missed' in data) reader.onMissed()
    else setStatus(data.isLive)
  }
  void navigator.locks
    .request('holdfast-stream', () => lead(reader))
    .finally(() => {
      hasBegun = false
    })
}

/** Until no person is signed in: then a tab with a session may take the lock. */
async function lead({ isSignedIn, onMissed }: LiveReader): Promise<void> {
  await readStream()
  while (await isSignedIn()) {
    await new Promise(resolve => setTimeout(resolve, againMs))
    await readStream(() => {
      onMissed()
      channel.postMessage({ missed: true } satisfies Message)
    })
  }
}

/**
 * Ends when the engine refuses the stream. The browser itself reconnects a broken one after its last event; a new one
 * starts now.
 */
const readStream = (onBegun?: () => void): Promise<void> => new Promise(ended => openStream(ended, onBegun))

function openStream(ended: () => void, onBegun?: () => void): void {
  const source = new EventSource('/v1/stream')
  const say = (isLive: boolean): void => {
    setStatus(isLive)
    channel.postMessage({ isLive } satisfies Message)
  }
  const sayWork = (work: WorkNews): void => {
    tellWork(work)
    channel.postMessage({ work } satisfies Message)
  }
  source.addEventListener('connected', () => {
    say(true)
    // Facts continue after the last event id; desk work has no ids.
    sayWork({ missed: true })
    onBegun?.()
  })
  source.addEventListener('work', event => sayWork(JSON.parse((event as MessageEvent<string>).data) as WorkNews))
  source.addEventListener('error', () => {
    say(false)
    if (source.readyState === EventSource.CLOSED) ended()
  })
  source.addEventListener('fact', event => {
    const fact = JSON.parse((event as MessageEvent<string>).data) as LedgerFact
    tell(fact)
    channel.postMessage({ fact } satisfies Message)
  })
}

/** Calls the listener with the facts of each frame while the part is shown. */
export function useFacts(onFacts: (facts: readonly LedgerFact[]) => void): void {
  useEffect(() => {
    listeners.add(onFacts)
    return () => void listeners.delete(onFacts)
  }, [onFacts])
}

/** Calls the listener with desk work while the part is shown. */
export function useWorkNews(onNews: (news: WorkNews) => void): void {
  useEffect(() => {
    workListeners.add(onNews)
    return () => void workListeners.delete(onNews)
  }, [onNews])
}

export const useLiveStatus = (): LiveStatus =>
  useSyncExternalStore(
    listener => {
      statusListeners.add(listener)
      return () => statusListeners.delete(listener)
    },
    () => status,
  )
