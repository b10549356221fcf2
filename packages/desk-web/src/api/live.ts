import type { Fact, WorkKind } from '@holdfast/schemas'
import { useEffect, useSyncExternalStore } from 'react'
import { serverTimeIsPast } from '../time/server-time.ts'

/** Whether facts come as they happen. */
export interface LiveStatus {
  readonly isLive: boolean
  /** When something was last heard, in milliseconds since 1970. */
  readonly heardMs: number
}

/** What was done at the reader's desk. `missed` where something may have been that was not told, as the line was cut: who shows anything of it asks again. */
export type WorkNews =
  | { readonly missed: true }
  | { readonly kind: WorkKind; readonly sequence: number; readonly actor: string; readonly requestIds: readonly string[] }

const channel = new BroadcastChannel('holdfast-facts')
const listeners = new Set<(facts: readonly Fact[]) => void>()
const workListeners = new Set<(news: WorkNews) => void>()
const statusListeners = new Set<() => void>()
let status: LiveStatus = { isLive: false, heardMs: Date.now() }

function setStatus(isLive: boolean): void {
  status = { isLive, heardMs: isLive ? Date.now() : status.heardMs }
  for (const listener of statusListeners) listener()
}

/** What comes within one frame is told once. */
let waiting: Fact[] = []
function tell(fact: Fact): void {
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

type Message = { readonly fact: Fact } | { readonly work: WorkNews } | { readonly isLive: boolean } | { readonly missed: true }

export interface LiveReader {
  /** Asked where the engine has refused the stream. */
  isSignedIn(): Promise<boolean>
  /** Facts may have been missed: whatever is shown is asked for again. */
  onMissed(): void
}

/** The engine refuses a stream while it begins, or has as many as it takes. */
const againMs = 5_000
let hasBegun = false

/** One stream for all tabs of a browser: HTTP/1.1 has six connections to a host. The tab that holds the lock has it and tells the others. */
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

/** Until nobody is signed in: the lock is then for a tab in which somebody is. */
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

/** Ends where the engine refuses the stream. One that breaks off the browser takes up again by itself, after the last event that it had; a new one begins now. */
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
    // Facts go on after the last one that was had; of the desk's work there is no such place.
    sayWork({ missed: true })
    onBegun?.()
  })
  source.addEventListener('work', event => sayWork(JSON.parse((event as MessageEvent<string>).data) as WorkNews))
  source.addEventListener('error', () => {
    say(false)
    if (source.readyState === EventSource.CLOSED) ended()
  })
  source.addEventListener('fact', event => {
    const fact = JSON.parse((event as MessageEvent<string>).data) as Fact
    tell(fact)
    channel.postMessage({ fact } satisfies Message)
  })
}

/** Told of the facts of each frame, for as long as the part is shown. */
export function useFacts(onFacts: (facts: readonly Fact[]) => void): void {
  useEffect(() => {
    listeners.add(onFacts)
    return () => void listeners.delete(onFacts)
  }, [onFacts])
}

/** Told of what is done at the reader's desk, for as long as the part is shown. */
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
