import type { Streams } from '@holdfast/streams'
import type { MemoryLog } from '@holdfast/test-kit/memory-streams'
import type { Violation } from '../../../checker/observations.ts'
import type { Chance } from '../chance/chance.ts'
import type { SimulatedEngine } from '../engine/engine.ts'
import type { Sometimes } from '../judging/sometimes.ts'
import { isOver, readCheckHistories } from './histories.ts'
import { type JudgedChecks, judgeChecks } from './judge.ts'
import { startOfficials } from './officials.ts'

export interface ChecksWorld {
  readonly chance: Chance
  readonly engine: SimulatedEngine
  readonly outside: (description: string, isHonest: boolean) => Streams
  readonly isClosing: () => boolean
  readonly sometimes: Sometimes
  readonly log: MemoryLog
  readonly partitions: number
}

/** The checks of a run. */
export interface Checks {
  /** All are accepted and over. */
  areDone(): boolean
  violations(how: Pick<JudgedChecks, 'isFinished' | 'lateOrders' | 'promised'>): readonly Violation[]
}

export function beginChecks({ chance, engine, outside, isClosing, sometimes, log, partitions }: ChecksWorld): Checks {
  const histories = readCheckHistories(log, partitions)
  const [intake] = engine.of.intake
  const { sent, haveSent } = startOfficials({
    chance: chance.branch('officials'),
    endpoint: () => intake?.http(),
    streams: outside('officials', true),
    histories,
    isClosing,
  })
  return {
    areDone: () => haveSent() && sent.every(({ requestIds }) => [...requestIds].some(id => isOver(histories.kindsOf(id)))),
    violations(how) {
      for (const { requestIds } of sent)
        if ([...requestIds].some(id => histories.kindsOf(id).includes('CheckSettled'))) sometimes.reached('check')
      return judgeChecks({ log, histories, sent, ...how })
    },
  }
}
