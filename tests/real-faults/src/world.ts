import type { Fact } from '@holdfast/schemas'
import { createKeptTokens } from '@holdfast/test-kit/kept-tokens'
import { createDevelopmentTokens } from '@holdfast/trust'
import type { Chance } from '../../simulation/src/chance/chance.ts'
import type { Progress } from './progress.ts'
import { type Answered, ask, attemptOf, type Call, isForGood, type Recorder } from './recorder.ts'
import type { BankOrder, Site } from './site.ts'

/** What all who act on the engine have in common. */
export interface World {
  readonly site: Site
  readonly chance: Chance
  readonly recorder: Recorder
  readonly progress: Progress
  /** Ends everything that is tried again and again. */
  readonly signal: AbortSignal
  /** A token of somebody, written as `SG/officer/first`. */
  tokenOf(by: string): Promise<string>
  /** By HTTP a token is for one act. */
  tokenForOneAct(by: string): Promise<string>
  onFact(listener: (fact: Fact) => void): void
  onOrder(listener: (order: BankOrder) => void): void
  /** Something that has to come to its end before all is done. */
  follow(work: Promise<unknown>): void
}

export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

export function createTokens(dataDir: string): Pick<World, 'tokenOf' | 'tokenForOneAct'> {
  const tokens = createDevelopmentTokens(dataDir)
  const kept = createKeptTokens(dataDir, tokens)
  const holder = (by: string) => {
    const [country = '', role = '', person = ''] = by.split('/')
    return { country, role, person } as Parameters<typeof tokens>[0]
  }
  return { tokenForOneAct: by => tokens(holder(by)), tokenOf: by => kept(holder(by)) }
}

export interface Sending {
  readonly by: string
  readonly door: 'intake' | 'answers' | 'desk'
  readonly path: string
  readonly key?: string
  readonly body: unknown
  readonly attempts: { push(attempt: ReturnType<typeof attemptOf>): unknown }
  readonly chance: Chance
}

/** Sends the same once, to one of the doors. */
async function sendOnce({ site, tokenForOneAct }: World, sending: Sending): Promise<Answered> {
  const { by, door, path, key, body, attempts, chance } = sending
  const call: Call = { method: 'POST', token: await tokenForOneAct(by), body: JSON.stringify(body), ...(key === undefined ? {} : { key }) }
  const sentMs = Date.now()
  const answered = await ask(`${chance.pick(site.doors[door])}${path}`, call)
  attempts.push(attemptOf(sentMs, answered))
  return answered
}

/** Who is not heard waits longer each time: a thousand who don't would keep up what they wait for the end of. */
const pauseMaxMs = 6_000

/** Sends the same until it is taken, or refused for good. Undefined where the run has ended before. */
export async function sendUntilTaken(
  world: World,
  sending: Sending,
  isTaken: (answered: Answered) => boolean,
): Promise<Answered | undefined> {
  for (let pauseMs = 100; !world.signal.aborted; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
    const answered = await sendOnce(world, sending)
    if (isTaken(answered) || isForGood(answered)) return answered
    await pause(sending.chance.between(pauseMs / 2, pauseMs))
  }
  return undefined
}
