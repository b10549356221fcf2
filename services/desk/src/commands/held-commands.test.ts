import { paymentStop } from '@holdfast/payment-stop'
import { heldPerMemberRoleMax, startParking } from '@holdfast/request-state'
import { silentLogger, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Desks, openDesks, type StartedDesk } from '../../test/desks.ts'
import { createHistory, passed } from '../../test/histories.ts'

let desks: Desks
let desk: StartedDesk
beforeAll(async () => {
  desks = await openDesks(1)
  desk = await desks.start('held')
})
afterAll(() => desks.close())

test('a command for a parked request is refused once the ledger holds the maximum of its member role, and another role’s is sent', async () => {
  const history = passed(createHistory(buildRequestNumber(1)))
  await desks.write(...history.entries)
  await desks.sees(desk, history)
  const { requestId } = history
  const parking = await startParking({ streams: desks.streams, clock: systemClock, log: silentLogger }, paymentStop, 'ledger')
  const owner = await parking.open(0)
  await owner.park({ requestId, offset: 1, reason: 'planted' })
  const record = { topic: topics.commands.name, partition: 0, offset: 0, key: requestId, value: '{}', headers: {}, timestampMs: 0 }
  await owner.hold(
    Array.from({ length: heldPerMemberRoleMax }, (_, nth) => ({
      command: { id: `held-${nth}`, subject: requestId, actor: 'SG/officer/x' },
      record,
    })),
  )
  const commandCount = () => desks.streams.endOffset(topics.commands.name, 0)
  const give = (role: 'officer' | 'system') =>
    desk.as('SG', role).act(requestId, 'ProvideInformation', { note: 'More' }, { idempotencyKey: `note-${role}` })
  await vi.waitFor(
    async () => expect(await give('officer')).toMatchObject({ ok: false, error: { status: 429, code: 'HELD_FULL' } }),
    30_000,
  )
  const before = await commandCount()
  void give('system').catch(() => undefined)
  await vi.waitFor(async () => expect(await commandCount()).toBe(before + 1), 10_000)
  owner.close()
  await parking.stop()
})
