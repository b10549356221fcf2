import { setTimeout as pause } from 'node:timers/promises'
import { isOfErasedData, type PersonalDataCipher } from '@holdfast/encryption/wrappers'
import { accepted, type Refusal, type Result, refused, type WorkDraft, type WorkEvent, workTopic } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { StreamUnavailableError } from '@holdfast/streams'
import { chainWork } from '@holdfast/trust'
import type { FollowedWork } from './follow-work.ts'
import type { WorkProjection } from './work-projection.ts'

export interface WorkWriter {
  /**
   * Appends an event to its country's chain once per id. Resolves when this desk has read it back. `findRefusal` is
   * called before each attempt, with the chain at that moment. WRONG_STATE if the personal data of the request was
   * erased. Throws StreamUnavailableError if the outcome is unknown: repeating is safe.
   */
  write(draft: WorkDraft, findRefusal?: () => Refusal | undefined): Promise<Result<WorkEvent, Refusal>>
}

interface Waiting {
  readonly draft: WorkDraft
  readonly findRefusal: () => Refusal | undefined
  resolve(written: Result<WorkEvent, Refusal>): void
  reject(error: unknown): void
}

/** Together at most 600 kB (handovers of a thousand requests); an append can have 700 kB. */
const batchMax = 10
/**
 * An attempt fails when another desk of the country was faster. Random pauses keep two desks from losing in step, up to
 * 1.3 s in all.
 */
const triesMax = 8
const pauseMsMax = (failed: number): number => 10 * 2 ** failed
/** Beyond this the caller gets 429: a person does not write that fast. */
const waitingMax = 500

const dataErased: Refusal = {
  code: 'WRONG_STATE',
  message: 'The personal data of this request was erased. Nothing more can be recorded about it.',
}

/**
 * The log order decides (ADR 1). Two desks may append at once: every reader keeps the first event with a sequence and
 * drops the second. Its writer sees that on reading back, and appends again at the new end. Events that wait meanwhile
 * go into one append. The hash chain covers the stored form, so personal data is encrypted before an event gets its
 * sequence.
 */
export function createWorkWriter(
  { streams, cipher }: Pick<ServiceContext, 'streams'> & { readonly cipher: Pick<PersonalDataCipher, 'encrypt'> },
  views: WorkProjection,
  followed: Pick<FollowedWork, 'ready' | 'reached'>,
): WorkWriter {
  const queues = new Map<string, Waiting[]>()

  /** Removes events that are already in the chain or no longer allowed. */
  function settle(country: string, batch: readonly Waiting[]): Waiting[] {
    return batch.filter(({ draft, findRefusal, resolve }) => {
      const known = views.byId(country, draft.id)
      const refusal = known ? undefined : findRefusal()
      if (known) resolve(accepted(known))
      else if (refusal) resolve(refused(refusal))
      return !known && !refusal
    })
  }

  /** Encrypts each event by itself, so that a request without keys holds up no other. */
  async function encryptAll(batch: readonly Waiting[]): Promise<Waiting[]> {
    const all = batch.map(async waiting => {
      try {
        const drafts = await cipher.encrypt([waiting.draft])
        return drafts.map(draft => ({ ...waiting, draft }))
      } catch (error) {
        if (isOfErasedData(error)) waiting.resolve(refused(dataErased))
        else waiting.reject(error)
        return []
      }
    })
    return (await Promise.all(all)).flat()
  }

  async function writeTogether(country: string, batch: readonly Waiting[]): Promise<void> {
    await followed.ready(country)
    let left = await encryptAll(settle(country, batch))
    for (let tries = 0; left.length > 0 && tries < triesMax; tries++) {
      if (tries > 0) await pause(Math.random() * pauseMsMax(tries))
      left = settle(country, left)
      let end = views.readSoFar(country)
      // Two identical requests at the same moment are written once.
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
    if (left.length > 0) throw new StreamUnavailableError(`Other desks of ${country} write too fast. Nothing was written`)
  }

  async function run(country: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, batchMax)
      await writeTogether(country, batch).catch(error => {
        for (const { reject } of batch) reject(error)
      })
    }
    queues.delete(country)
  }

  return {
    write: (draft, findRefusal = () => undefined) =>
      new Promise((resolve, reject) => {
        const { country } = draft
        const waiting = { draft, findRefusal, resolve, reject }
        const queue = queues.get(country)
        if (queue && queue.length >= waitingMax)
          return resolve(
            refused({
              code: 'RATE_LIMITED',
              message: 'The desk of your country has too many pending actions. Try again in a second.',
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
