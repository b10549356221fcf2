import { isSettledWithin, type StageOptions, StreamUnavailableError } from '@holdfast/streams'
import { answerUntilAborted, type MemoryClient, untilDoneEvenly } from './client.ts'
import type { Member, Tenure } from './group.ts'
import type { LogPosition } from './partition.ts'

export interface MembershipOptions {
  readonly stage: StageOptions
  readonly signal: AbortSignal
  onTake(tenure: Tenure): void
  onRelease(tenure: Tenure): void
  /** Others have every partition by now: work on them is to stop at once. */
  onLost(): void
}

/** How a stage is in its group: it joins, and joins again when it learns that it was taken for dead. It never gives up. */
export interface Membership {
  /** Resolves when the first share is known; rejects when the stage stops before. */
  readonly joined: Promise<void>
  /** Where to go on; tried until the signal aborts. */
  start(tenure: Tenure, signal: AbortSignal): Promise<LogPosition | undefined>
  commit(positions: readonly (readonly [Tenure, LogPosition])[]): Promise<void>
  vacate(tenure: Tenure): Promise<void>
  leave(): Promise<void>
}

const leaveMs = 1_000
/** A member that left without a word is one until its session is over. */
const sessionMs = 10_000

export function createMembership(client: MemoryClient, options: MembershipOptions): Membership {
  const { broker, faults } = client
  const { stage, signal } = options
  const group = broker.group(stage.group)
  const topics = new Set(stage.topics)
  const first = Promise.withResolvers<void>()
  let member = createMember()
  void join()

  function createMember(): Member {
    return { topics, take: options.onTake, release: options.onRelease, tellExpelled: joinAgain }
  }

  async function join(): Promise<void> {
    const joining = member
    const ask = () =>
      client.call({ operation: 'join', group: stage.group, writes: true }, () => broker.join(client.itself(), stage.group, joining))
    const enter = async (): Promise<void> => {
      // Another one has taken its place while this one was trying.
      if (member !== joining) return
      await answerUntilAborted(ask(), signal)
      if (signal.aborted) return
      faults.clear(options)
      first.resolve()
    }
    await untilDoneEvenly(enter, signal, error => faults.note(options, `the group ${stage.group} has not been joined`, error))
    if (!signal.aborted) return
    faults.clear(options)
    first.reject(new StreamUnavailableError(`the stage of ${stage.group} stopped before it had joined`))
  }

  function joinAgain(): void {
    options.onLost()
    if (signal.aborted) return
    member = createMember()
    void join()
  }

  const ofTenure = ({ topic, partition }: Tenure, operation: string, writes: boolean) => ({
    operation,
    topic,
    partition,
    group: stage.group,
    writes,
  })

  return {
    joined: first.promise,
    start: (tenure, until) =>
      untilDoneEvenly(
        () =>
          answerUntilAborted(
            client.call(ofTenure(tenure, 'position', false), () => group.start(tenure)),
            until,
          ),
        until,
        error => stage.onFault(error, tenure),
      ),
    commit: positions => client.call({ operation: 'commit', group: stage.group, writes: true }, () => group.commit(positions)),
    async vacate(tenure) {
      const vacate = () => client.call(ofTenure(tenure, 'vacate', true), () => group.vacate(tenure))
      // Who leaves gives everything away.
      await untilDoneEvenly(
        () => answerUntilAborted(vacate(), signal),
        signal,
        () => {},
      )
    },
    async leave() {
      const itself = client.itself()
      const leave = () => broker.leave(itself, stage.group, member)
      let isHeard = false
      const asked = client.call({ operation: 'leave', group: stage.group, writes: true }, leave).then(() => {
        isHeard = true
      })
      await isSettledWithin(asked, leaveMs)
      if (!isHeard) setTimeout(leave, sessionMs)
    },
  }
}
