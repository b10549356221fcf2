import { requestsOf, type WorkEvent, workKindOf } from '@holdfast/schemas'
import { createFollowers } from './followers.ts'

/** What was done at the desk of a country, as an event of its streams. It has no id: a reader's place is one in the ledger. */
export interface WorkNews {
  readonly requestIds: ReadonlySet<string>
  readonly text: string
}

export interface LiveWork {
  /** @param names who acted, by the actors of the events. */
  publish(country: string, events: readonly WorkEvent[], names: ReadonlyMap<string, string>): void
  /** Returns how to stop it. */
  follow(country: string, listener: (news: WorkNews) => void): () => void
}

const eventText = (data: object): string => `event: work\ndata: ${JSON.stringify(data)}\n\n`

/** Said instead of news that a reader could not be told, as it takes too slowly: who shows anything of the desk's work asks for it again. */
export const missedWork = eventText({ missed: true })

/**
 * Tells the open streams of a country what its desk has done: which kind, of which requests, by whom, and where in the chain. Texts, such as notes, are read where they are kept, by who may. A reader that
 * was away, or is told that it has missed something, asks again for what it shows: so nothing is lost, and a place in a stream stays one in the ledger.
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
        followers.tell(country, news)
      }
    },
    follow: followers.follow,
  }
}
