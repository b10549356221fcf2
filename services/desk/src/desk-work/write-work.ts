import { setTimeout as pause } from 'node:timers/promises'
import { accepted, type Refusal, type Result, refused, type WorkDraft, type WorkEvent, workTopic } from '@holdfast/schemas'
import { isOfErasedData, type PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { ServiceContext } from '@holdfast/service-kit'
import { StreamUnavailableError } from '@holdfast/streams'
import { chainWork } from '@holdfast/trust'
import type { FollowedWork } from './follow-work.ts'
import type { WorkProjection } from './work-projection.ts'

export interface WorkWriter {
  /**
   * Writes an event behind the end of its country's chain, once, however often it is asked for: by its id. Resolves when it is in the view. `whyNot` is asked before each try, on the chain as it stands then.
   * WRONG_STATE where something is said of a request whose words were destroyed. Throws StreamUnavailableError where it is not known whether it was written: the same again is safe.
   */
  write(draft: WorkDraft, whyNot?: () => Refusal | undefined): Promise<Result<WorkEvent, Refusal>>
}

interface Waiting {
  readonly draft: WorkDraft
  readonly whyNot: () => Refusal | undefined
  resolve(written: Result<WorkEvent, Refusal>): void
  reject(error: unknown): void
}

/** Together they weigh 600 kB at most, handovers of a thousand requests, and an append may weigh 700. */
const togetherMax = 10
/** Each try that fails is one that another desk of the same country has won. Two that go in step would lose for ever: so each waits a while of its own, up to 1.3 s in all. */
const triesMax = 8
const pauseMsMax = (lost: number): number => 10 * 2 ** lost
/** Who writes faster than this is told to wait: a person does not. */
const waitingMax = 500

const wordsDestroyed: Refusal = {
  code: 'WRONG_STATE',
  message: 'the words of this request were destroyed: nothing can be written of it any more',
}

/**
 * The order of the log is the arbiter (ADR 1): two desks may append at once, the first of two events with one place has it, and every reader drops the second, whose writer sees that by reading back, and tries
 * again behind the new end. What waits meanwhile is written together, in one append. The chain goes over what is stored: words are sealed before an event has
 * its place.
 */
export function createWorkWriter(
  { streams, words }: Pick<ServiceContext, 'streams'> & { readonly words: Pick<PersonalDataCipher, 'sealed'> },
  views: WorkProjection,
  followed: Pick<FollowedWork, 'ready' | 'reached'>,
): WorkWriter {
  const queues = new Map<string, Waiting[]>()

  /** What is decided already, or may not be any more, needs no place. */
  function settle(country: string, batch: readonly Waiting[]): Waiting[] {
    return batch.filter(({ draft, whyNot, resolve }) => {
      const known = views.byId(country, draft.id)
      const refusal = known ? undefined : whyNot()
      if (known) resolve(accepted(known))
      else if (refusal) resolve(refused(refusal))
      return !known && !refusal
    })
  }

  /** Each for itself: one of a request without keys keeps back no other. */
  async function sealed(batch: readonly Waiting[]): Promise<Waiting[]> {
    const all = batch.map(async waiting => {
      try {
        const drafts = await words.sealed([waiting.draft])
        return drafts.map(draft => ({ ...waiting, draft }))
      } catch (error) {
        if (isOfErasedData(error)) waiting.resolve(refused(wordsDestroyed))
        else waiting.reject(error)
        return []
      }
    })
    return (await Promise.all(all)).flat()
  }

  async function writeTogether(country: string, batch: readonly Waiting[]): Promise<void> {
    await followed.ready(country)
    let left = await sealed(settle(country, batch))
    for (let tries = 0; left.length > 0 && tries < triesMax; tries++) {
      if (tries > 0) await pause(Math.random() * pauseMsMax(tries))
      left = settle(country, left)
      let end = views.readSoFar(country)
      // Who sends the same twice at once wants it once.
      const records = [...new Map(left.map(({ draft }) => [draft.id, draft])).values()].map(draft => {
        const event = chainWork(draft, end)
        end = { ...end, sequence: event.sequence, hash: event.hash }
        return { key: country, value: JSON.stringify(event) }
      })
      if (records.length === 0) return
      const offset = await streams.append(workTopic(country).name, 0, records)
      await followed.reached(country, offset + records.length)
      left = settle(country, left)
    }
    if (left.length > 0) throw new StreamUnavailableError(`other desks of ${country} write as fast: nothing was written`)
  }

  async function run(country: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, togetherMax)
      await writeTogether(country, batch).catch(error => {
        for (const { reject } of batch) reject(error)
      })
    }
    queues.delete(country)
  }

  return {
    write: (draft, whyNot = () => undefined) =>
      new Promise((resolve, reject) => {
        const { country } = draft
        const waiting = { draft, whyNot, resolve, reject }
        const queue = queues.get(country)
        if (queue && queue.length >= waitingMax)
          return resolve(
            refused({
              code: 'RATE_LIMITED',
              message: 'the desk of your country does more at once than can be written',
              retryAfterMs: 1_000,
            }),
          )
        if (queue) return queue.push(waiting)
        const begun = [waiting]
        queues.set(country, begun)
        void run(country, begun)
      }),
  }
}
