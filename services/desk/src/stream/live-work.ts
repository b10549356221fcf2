import { requestsOf, type WorkEvent, workKindOf } from '@holdfast/schemas'
import { createFollowers } from './followers.ts'

/** An event of a country's desk work for its streams. It has no id, because a stream's cursor is a ledger position. */
export interface WorkNews {
  readonly requestIds: ReadonlySet<string>
  readonly text: string
}

export interface LiveWork {
  /** @param names the plaintext actors of the events. */
  publish(country: string, events: readonly WorkEvent[], names: ReadonlyMap<string, string>): void
  /** Returns a function that stops it. */
  follow(country: string, listener: (news: WorkNews) => void): () => void
}

const eventText = (data: object): string => `event: work\ndata: ${JSON.stringify(data)}\n\n`

/**
 * Sent once instead of news for which a slow reader had no buffer left: a client that shows desk work reads it again.
 */
export const missedWork = eventText({ missed: true })

/**
 * Notifies the open streams of a country of its desk work: kind, requests, actor and sequence. Clients with access read
 * texts, such as notes, by the API. A client that was disconnected or gets `missed` reads again what it shows, so
 * nothing is lost.
 */
export function createLiveWork(): LiveWork {
  const followers = createFollowers<WorkNews>()
  return {
    publish(country, events, names) {
      if (!followers.has(country)) return
      for (const event of events) {
        const requestIds = requestsOf(event)
        const { sequence, time } = event
        const actor = names.get(event.actor) ?? event.actor
        const news = {
          requestIds: new Set(requestIds),
          text: eventText({ kind: workKindOf(event), sequence, actor, time, requestIds }),
        }
        followers.notify(country, news)
      }
    },
    follow: followers.follow,
  }
}
