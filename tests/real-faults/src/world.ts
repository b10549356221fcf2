import type { Fact } from '@holdfast/payment-stop/language'
import { createKeptTokens } from '@holdfast/test-kit/kept-tokens'
import { createDevelopmentTokens } from '@holdfast/trust'
import type { Chance } from '../../simulation/src/chance/chance.ts'
import type { Progress } from './progress.ts'
import { type Answered, ask, attemptOf, type Call, isForGood, type Recorder } from './recorder.ts'
import type { BankOrder, Site } from './site.ts'

/** Shared by all actors. */
export interface World {
  readonly site: Site
  readonly chance: Chance
  readonly recorder: Recorder
  readonly progress: Progress
  /** Ends all retries. */
  readonly signal: AbortSignal
  /** A token for an actor, written as `SG/officer/first`. */
  tokenOf(by: string): Promise<string>
  /** An HTTP token is for one command. */
  tokenForOneAct(by: string): Promise<string>
  onFact(listener: (fact: Fact) => void): void
  onOrder(listener: (order: BankOrder) => void): void
  /** Registers work that must finish before the run ends. */
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
  readonly endpoint: 'intake' | 'answers' | 'desk'
  readonly path: string
  readonly key?: string
  readonly body: unknown
  readonly attempts: { push(attempt: ReturnType<typeof attemptOf>): unknown }
  readonly chance: Chance
}

/** Sends a submission once, to one of the endpoints. */
async function sendOnce({ site, tokenForOneAct }: World, sending: Sending): Promise<Answered> {
  const { by, endpoint, path, key, body, attempts, chance } = sending
  const call: Call = { method: 'POST', token: await tokenForOneAct(by), body: JSON.stringify(body), ...(key === undefined ? {} : { key }) }
  const sentMs = Date.now()
  const answered = await ask(`${chance.pick(site.endpoints[endpoint])}${path}`, call)
  attempts.push(attemptOf(sentMs, answered))
  return answered
}

/** An unanswered sender waits longer each time: a thousand retries would prolong the outage that they wait for. */
const pauseMaxMs = 6_000

/** Repeats a submission until it is accepted or finally refused. Undefined where the run has ended before. */
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
