import { paymentStop } from '@holdfast/payment-stop'
import type { Command } from '@holdfast/payment-stop/language'
import { heldPerMemberRoleMax, startParking } from '@holdfast/request-state'
import { silentLogger, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { expect, vi } from 'vitest'
import type { AnswerWorld } from './answer-world.ts'

/**
 * Lets the ledger park a request and use up the quota of TL's institutions; these commands are the last ones. Returns a
 * function that releases the request.
 */
export async function useUpHeldQuota(world: AnswerWorld, requestId: string, last: readonly Command[] = []): Promise<() => Promise<void>> {
  const ofLedger = await startParking({ streams: world.drivers.streams, clock: systemClock, log: silentLogger }, paymentStop, 'ledger')
  const owner = await ofLedger.open(0)
  await owner.park({ requestId, offset: 1, reason: 'planted' })
  const others = Array.from({ length: heldPerMemberRoleMax - last.length }, (_, nth) => ({
    id: `held-${nth}`,
    subject: requestId,
    actor: 'TL/institution/x',
  }))
  const record = { topic: topics.commands.name, partition: 0, offset: 0, key: requestId, value: '{}', headers: {}, timestampMs: 0 }
  await owner.hold([...others, ...last].map(command => ({ command, record })))
  const another = { id: 'another', subject: requestId, actor: 'TL/institution/a' }
  await vi.waitFor(() => expect(world.parking.hasHeldQuota(another)).toBe(false), 10_000)
  return async () => {
    // As the ledger does: a release covers the stored commands that its owner has read.
    for (let read = 0, more = 1; more > 0; read += more) more = (await owner.held(requestId, read)).length
    await owner.release(requestId)
    owner.close()
    await ofLedger.stop()
  }
}
