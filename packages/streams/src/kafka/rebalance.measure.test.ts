import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { expectRatio } from '../../../test-kit/src/ratios.ts'
import { eventually, makeTopic, uniqueName } from '../../../test-kit/src/streams-contract/harness.ts'
import { type MemberProcess, startMember } from '../../test/group-members.ts'
import { createKafkaStreams } from './kafka-streams.ts'

const brokers = process.env.HOLDFAST_TEST_KAFKA ?? ''

test.skipIf(!brokers)('a successor with the memberships of a killed member works long before one without them', async () => {
  const streams = createKafkaStreams({ brokers: [brokers], clientId: 'takeover', partitions: 4, replication: 1 })
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-takeover-'))
  onTestFinished(async () => {
    await streams.close()
    rmSync(folder, { recursive: true })
  })

  /** Milliseconds from the successor's start until it owns all partitions of the killed member. */
  async function takeoverMs(membershipsPath: string): Promise<number> {
    const group = uniqueName('group')
    const [topic, copies] = [await makeTopic(streams, 'takeover', 4), await makeTopic(streams, 'copies', 4)]
    const members: MemberProcess[] = []
    const start = (): MemberProcess => {
      const member = startMember(brokers, group, topic, copies, '0', membershipsPath)
      members.push(member)
      return member
    }
    try {
      const killed = start()
      await eventually(() => killed.held().size).toBe(4)
      await killed.kill()
      const startedMs = performance.now()
      const successor = start()
      await expect.poll(() => successor.held().size, { interval: 10, timeout: 60_000 }).toBe(4)
      return performance.now() - startedMs
    } finally {
      await Promise.all(members.map(member => member.kill()))
    }
  }

  await expectRatio('takeover with kept memberships to takeover after a session of 6 s', { max: 0.6 }, async () => ({
    value: await takeoverMs(join(folder, `${uniqueName('memberships')}.sqlite`)),
    against: await takeoverMs(''),
    unit: 'ms',
  }))
})
