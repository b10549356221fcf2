import { expect, test } from 'vitest'
import { createHeartbeats } from './heartbeats.ts'

test('a heartbeat that is answered while a member stops does not end its membership', async () => {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  const ends: string[] = []
  const heartbeats = createHeartbeats({
    sessionTimeoutMs: 600,
    membership: () => ({ generationId: 1, memberId: 'a' }),
    isJoining: () => false,
    send() {
      asked.resolve()
      return answer.promise
    },
    onMembershipOver: why => ends.push(why),
    onRebalance() {},
  })
  await asked.promise
  const stopped = heartbeats.stop()
  answer.resolve()
  await stopped
  // Longer than a session.
  await new Promise(resolve => setTimeout(resolve, 1000))
  expect(ends).toEqual([])
})
