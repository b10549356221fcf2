import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  buildRecords,
  eventually,
  makeTopic,
  readAll,
  uniqueName,
  type WatchedStage,
  watchStage,
} from '../../../test-kit/src/streams-contract/harness.ts'
import { type Flow, longestGap, type MemberProcess, partitions, startFlow, startMember } from '../../test/group-members.ts'
import type { StreamRecord, Streams } from '../port.ts'
import { createKafkaStreams } from './kafka-streams.ts'

const brokers = process.env.HOLDFAST_TEST_KAFKA
const required = (process.env.HOLDFAST_REQUIRE ?? '').split(',').includes('kafka')
const sessionMs = 6_000
/** Long enough to tell a partition that waits for it from one that does not, also on a slow machine. */
const longSessionMs = 30_000

if (brokers) {
  const opened: Streams[] = []
  const processes: MemberProcess[] = []
  const flows: Flow[] = []
  const open = (sessionTimeoutMs = sessionMs): Streams => {
    const streams = createKafkaStreams({
      brokers: [brokers],
      clientId: `rebalance-${opened.length}`,
      partitions: 4,
      replication: 1,
      sessionTimeoutMs,
    })
    opened.push(streams)
    return streams
  }
  const start = (...given: readonly string[]): MemberProcess => {
    const started = startMember(brokers, ...given)
    processes.push(started)
    return started
  }
  let streams: Streams
  let topic: string
  let copies: string
  let group: string
  beforeEach(async () => {
    streams = open()
    topic = await makeTopic(streams, 'rebalance', 4)
    copies = await makeTopic(streams, 'copies', 4)
    group = uniqueName('group')
  })
  afterEach(async () => {
    await Promise.all([...flows.splice(0).map(each => each.stop()), ...processes.splice(0).map(each => each.kill())])
    await Promise.all(opened.splice(0).map(each => each.close()))
  })

  /** A member in this process that records when it worked on each partition. */
  async function member(session = sessionMs): Promise<{ stage: WatchedStage; workedAt: ReadonlyMap<number, number[]> }> {
    const workedAt = new Map(partitions.map(partition => [partition, [] as number[]]))
    const onBatch = (records: readonly StreamRecord[]): void => void workedAt.get(records[0]?.partition ?? 0)?.push(performance.now())
    return { stage: await watchStage(open(session), { topics: [topic], group, onBatch }), workedAt }
  }

  describe('during a rebalance', () => {
    test('the partitions of a member continue when another is killed and restarted', async () => {
      const { stage, workedAt } = await member()
      const killed = start(group, topic, copies)
      await eventually(() => [stage.held().length, killed.held().size]).toEqual([2, 2])
      flows.push(startFlow(streams, topic))
      const stayed = stage.held()
      await eventually(() => stayed.every(partition => (workedAt.get(partition)?.length ?? 0) > 10)).toBe(true)
      const reopenedBefore = stage.opened.length
      const killedAt = performance.now()
      await killed.kill()
      // Restarted at once, as by a supervisor: the group knows the new process long before it drops the old one.
      const successor = await member()
      await eventually(() => successor.stage.held().length).toBe(2)
      const until = performance.now()
      const takenOverMs = until - killedAt
      const standstills = stayed.map(partition => {
        const worked = [workedAt, successor.workedAt].flatMap(each => each.get(partition) ?? []).filter(at => at > killedAt)
        return longestGap([killedAt, ...worked, until].toSorted((a, b) => a - b))
      })
      // The killed member's partitions wait for its session; the others do not.
      expect(Math.max(...standstills)).toBeLessThan(0.75 * takenOverMs)
      expect([stage.held(), stage.opened.length]).toEqual([stayed, reopenedBefore])
    })

    test('no partition has two owners or is repeated, and those that stay are not closed, when members join and leave', async () => {
      const first = await member()
      await eventually(first.stage.held).toEqual(partitions)
      const flow = startFlow(streams, topic)
      flows.push(flow)
      const stages = [first.stage]
      const doubled: number[] = []
      const heldNow = (): number[] => stages.flatMap(stage => stage.held()).sort()
      const watching = setInterval(() => doubled.push(...heldNow().filter((partition, at, all) => all[at - 1] === partition)), 1)

      const second = await member()
      stages.push(second.stage)
      await eventually(() => stages.map(stage => stage.held().length)).toEqual([2, 2])
      expect(first.stage.opened.length).toBe(4)
      const third = await member()
      stages.push(third.stage)
      await eventually(() => stages.map(stage => stage.held().length).sort()).toEqual([1, 1, 2])
      expect([first.stage.opened.length, second.stage.opened.length]).toEqual([4, 2])
      await second.stage.subscription.stop()
      await eventually(() => [first.stage.held().length, third.stage.held().length]).toEqual([2, 2])
      clearInterval(watching)
      await Promise.all(flows.splice(0).map(each => each.stop()))

      await eventually(() => stages.flatMap(stage => stage.received).length).toBeGreaterThanOrEqual(flow.written() * 4)
      for (const partition of partitions) {
        const offsets = stages.flatMap(stage => stage.received.filter(record => record.partition === partition).map(({ offset }) => offset))
        expect(offsets.toSorted((a, b) => a - b)).toEqual(Array.from({ length: flow.written() }, (_, offset) => offset))
      }
      expect(doubled).toEqual([])
      const gaps = partitions.map(partition =>
        longestGap([first, second, third].flatMap(({ workedAt }) => workedAt.get(partition) ?? []).toSorted((a, b) => a - b)),
      )
      console.log(`members came and went; the partitions stood still for at most ${gaps.map(Math.round).join(', ')} ms`)
    })
  })

  describe('when a killed process stored its memberships in a file', () => {
    let folder: string
    let path: string
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'holdfast-memberships-'))
      path = join(folder, 'memberships.sqlite')
    })
    afterEach(() => rmSync(folder, { recursive: true, force: true }))

    test('its successor gets its partitions as soon as it is up', async () => {
      const { stage } = await member(longSessionMs)
      const killed = start(group, topic, copies, '0', path, `${longSessionMs}`)
      await eventually(() => [stage.held().length, killed.held().size]).toEqual([2, 2])
      const [stayed, due] = [stage.held(), killed.held()]
      await killed.kill()
      const successor = start(group, topic, copies, '0', path, `${longSessionMs}`)
      // Long before the killed member's session ends.
      await expect.poll(() => successor.held(), { interval: 10, timeout: longSessionMs / 2 }).toEqual(due)
      // The other two may come to this member for a moment, between the predecessor's leave and the successor's join.
      const openedOfStayed = stage.opened.map(({ assignment }) => assignment.partition).filter(partition => stayed.includes(partition))
      expect([stage.held(), openedOfStayed.sort()]).toEqual([stayed, stayed])
    })

    test('a suspended process stays a member for its session: no other process takes over its membership', async () => {
      const { stage } = await member()
      const sleeper = start(group, topic, copies, '0', path)
      await eventually(() => [stage.held().length, sleeper.held().size]).toEqual([2, 2])
      const stayed = stage.held()
      sleeper.process.kill('SIGSTOP')
      const asleepAt = performance.now()
      const other = start(group, topic, copies, '0', path)
      await expect.poll(() => [other.held().size, stage.held().length], { interval: 10, timeout: 20_000 }).toEqual([2, 2])
      // Its last heartbeat was up to one interval before, and may have been late. The successor of a killed process is
      // up in half of that time.
      expect(performance.now() - asleepAt).toBeGreaterThan(sessionMs - 2_000)
      expect(stage.held()).toEqual(stayed)
    })
  })

  test('a member that slept through its session stops work on its partitions when it wakes up', async () => {
    const sleeper = start(group, topic, copies, '1000')
    const copied = async (): Promise<number> => {
      const all = await Promise.all(partitions.map(partition => readAll(streams, copies, partition)))
      return all.flat().filter(({ headers }) => headers.by === `${sleeper.process.pid}`).length
    }
    await Promise.all(partitions.map(partition => streams.append(topic, partition, buildRecords(1))))
    await expect.poll(copied, { timeout: 30_000 }).toBe(4)
    await Promise.all(partitions.map(partition => streams.append(topic, partition, buildRecords(60))))
    await eventually(() => sleeper.said('works')).toBe(8)
    // It has just started work on all four, and will write a second later.
    sleeper.process.kill('SIGSTOP')
    const { stage } = await member()
    await eventually(stage.held).toEqual(partitions)
    const before = await copied()
    sleeper.process.kill('SIGCONT')
    await eventually(() => sleeper.said('closed')).toBeGreaterThanOrEqual(4)
    expect(await copied()).toBe(before)
  })
} else {
  const why = 'what a group does on Kafka needs HOLDFAST_TEST_KAFKA=host:port of a broker'
  test.skipIf(!required)(why, () => {
    expect.fail(why)
  })
}
