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
  readonly day: SimulationPlan
  /** A client of somebody outside the engine. */
  readonly outside: (description: string, isHonest: boolean) => Streams
  readonly engine: SimulatedEngine
  readonly sometimes: Sometimes
  readonly isClosing: () => boolean
  /** The day is over, and nobody says anything any more: what has been said is all that has to be taken. */
  readonly isOver: () => boolean
  /** The desk has commands of the next version. */
  readonly isNext: () => boolean
  readonly isBack: () => boolean
  /** Told before a request is sent for a payment that another one is for. */
  readonly beforeTwin: () => void
  /** Told before a bank answers. */
  readonly beforeAnswer: () => void
}

/** All who use the engine from outside. */
export interface Actors {
  readonly sent: readonly SentRequest[]
  /** The member's system has nothing left to send. */
  haveSent(): boolean
  /** Somebody sees to what waits for an operator. */
  readonly isOperated: boolean
  /** One more request, when the faults are over. */
  sendAfterwards(): void
  seen(): Pick<Seen, 'sent' | 'commands' | 'reads'>
  readonly connections: readonly Streams[]
}

export function startActors(
  { chance, day, outside, engine, sometimes, isClosing, isOver, isNext, isBack, beforeTwin, beforeAnswer }: ActorsWorld,
  requests: number,
): Actors {
  const [door] = engine.of.intake as [SimulatedProcess]
  const [desk] = engine.of.desk
  const { manners, longHoldMs } = day
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
    door: door.http,
    onFirst: ({ isTwin }) => void (isTwin && beforeTwin()),
  })
  const known = () => member.sent.flatMap(({ requestId }) => requestId ?? [])
  const people = desk && useDesk({ chance: chance.branch('people'), door: desk.http, life: desk.life })
  const connections: Streams[] = [bank.streams]
  if (people) {
    startOfficers({
      chance: chance.branch('officers'),
      desk: people,
      known,
      isClosing,
      isNext,
      isBack,
      hasErasures: day.hasErasures,
      sometimes,
    })
    const harm = {
      streams: outside('somebody who means harm', false),
      chance: chance.branch('intruder'),
      desk: people,
      requests: known,
      orders: () => bank.orders,
      isOver: isClosing,
    }
    connections.push(startIntruder(harm))
    void startOperator({ chance: chance.branch('operator'), door: desk.http, isClosing })
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
