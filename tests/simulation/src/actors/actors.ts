import type { Streams } from '@holdfast/streams'
import type { Chance } from '../chance/chance.ts'
import type { SimulatedEngine } from '../engine/engine.ts'
import type { SimulatedProcess } from '../engine/process.ts'
import type { Seen } from '../judging/observed.ts'
import type { Sometimes } from '../judging/sometimes.ts'
import type { SimulationPlan } from '../simulation-plan.ts'
import { startBank } from './bank.ts'
import { useDesk } from './desk-people.ts'
import { startIntruder } from './intruder.ts'
import { type SentRequest, startMember } from './member.ts'
import { startOfficers } from './officers.ts'
import { startOperator } from './operator.ts'

export interface ActorsWorld {
  readonly chance: Chance
  readonly plan: SimulationPlan
  /** Streams for a client outside the engine. */
  readonly outside: (description: string, isHonest: boolean) => Streams
  readonly engine: SimulatedEngine
  readonly sometimes: Sometimes
  readonly isClosing: () => boolean
  /** The run is ending and no actor sends any more: earlier submissions are all that the engine must accept. */
  readonly isOver: () => boolean
  /** The desk has commands of the next version. */
  readonly isNext: () => boolean
  readonly isBack: () => boolean
  /** Called before a request is sent for a payment that has another request. */
  readonly beforeTwin: () => void
  /** Called before a bank answers. */
  readonly beforeAnswer: () => void
}

/** All actors outside the engine. */
export interface Actors {
  readonly sent: readonly SentRequest[]
  /** The member system has no more requests to send. */
  haveSent(): boolean
  /** An operator handles what waits for one. */
  readonly isOperated: boolean
  /** Sends one more request after the faults. */
  sendAfterwards(): void
  seen(): Pick<Seen, 'sent' | 'commands' | 'reads'>
  readonly connections: readonly Streams[]
}

export function startActors(
  { chance, plan, outside, engine, sometimes, isClosing, isOver, isNext, isBack, beforeTwin, beforeAnswer }: ActorsWorld,
  requests: number,
): Actors {
  const [endpoint] = engine.of.intake as [SimulatedProcess]
  const [desk] = engine.of.desk
  const { manners, longHoldMs } = plan
  const bank = startBank({
    streams: outside('a bank', true),
    country: 'TL',
    chance: chance.branch('bank'),
    manners,
    longHoldMs,
    beforeAnswer,
    isOver,
  })
  const member = startMember({
    chance: chance.branch('members'),
    count: requests,
    endpoint: endpoint.http,
    onFirst: ({ isTwin }) => void (isTwin && beforeTwin()),
  })
  const known = () => member.sent.flatMap(({ requestId }) => requestId ?? [])
  const people = desk && useDesk({ chance: chance.branch('people'), endpoint: desk.http, life: desk.life })
  const connections: Streams[] = [bank.streams]
  if (people) {
    startOfficers({
      chance: chance.branch('officers'),
      desk: people,
      known,
      isClosing,
      isNext,
      isBack,
      hasErasures: plan.hasErasures,
      sometimes,
    })
    const harm = {
      streams: outside('an intruder', false),
      chance: chance.branch('intruder'),
      desk: people,
      requests: known,
      orders: () => bank.orders,
      isOver: isClosing,
    }
    connections.push(startIntruder(harm))
    void startOperator({ chance: chance.branch('operator'), endpoint: desk.http, isClosing })
  }
  return {
    sent: member.sent,
    haveSent: member.haveSent,
    isOperated: people !== undefined,
    sendAfterwards: member.sendAfterwards,
    seen: () => ({ sent: member.sent, commands: people?.commands ?? [], reads: people?.reads ?? [] }),
    connections,
  }
}
