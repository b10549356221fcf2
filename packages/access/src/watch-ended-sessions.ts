import type { Clock, Logger } from '@holdfast/runtime'
import { type EndedSessionEvent, endedSessionSchema, endedSessionType, parseJson, parseStored, topics } from '@holdfast/schemas'
import { createTopicReader, type StreamRecord, type Streams } from '@holdfast/streams'
import type { EndedSessions } from '@holdfast/trust'

export interface EndedSessionsOptions {
  readonly streams: Pick<Streams, 'ensureTopics' | 'startOffset' | 'endOffset' | 'read' | 'publish'>
  readonly clock: Clock
  readonly log: Pick<Logger, 'warn'>
  readonly everyMs?: number
}

const { name } = topics.endedSessions

/**
 * Reads the ended sessions, before it resolves and then once a second. While the topic cannot be read, the process uses
 * those that it knows. Expired sessions are forgotten.
 */
export async function watchEndedSessions({
  streams,
  clock,
  log,
  everyMs = 1_000,
}: EndedSessionsOptions): Promise<EndedSessions & { stop(): Promise<void> }> {
  const endsMs = new Map<string, number>()

  function take({ value }: StreamRecord): void {
    const json = parseJson(value)
    const event = json.ok ? parseStored(endedSessionSchema, json.value) : json
    if (event.ok) endsMs.set(event.value.data.sessionId, Date.parse(event.value.data.endsAt))
  }
  // A session stays ended if the topic was lost and created again.
  const readOn = createTopicReader(streams, name, take, () => undefined)

  await streams.ensureTopics([topics.endedSessions])
  await readOn()
  let canRead = true
  async function look(): Promise<void> {
    try {
      await readOn()
      canRead = true
    } catch (error) {
      if (canRead) log.warn({ err: error }, 'Sign-outs at other processes cannot be read; retrying every second')
      canRead = false
    }
    const nowMs = clock.now().getTime()
    for (const [sessionId, endMs] of endsMs) if (endMs <= nowMs) endsMs.delete(sessionId)
  }
  let looking: Promise<void> | undefined
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined
    })
  }, everyMs)
  timer.unref()

  return {
    has: sessionId => endsMs.has(sessionId),
    async add({ sessionId, endsAt }) {
      const event: EndedSessionEvent = {
        specversion: '1.0',
        id: sessionId,
        source: '/holdfast/sign-out',
        type: endedSessionType,
        time: clock.now().toISOString(),
        datacontenttype: 'application/json',
        data: { sessionId, endsAt: endsAt.toISOString() },
      }
      endsMs.set(sessionId, endsAt.getTime())
      await streams.publish(name, [{ key: sessionId, value: JSON.stringify(event) }])
    },
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}
