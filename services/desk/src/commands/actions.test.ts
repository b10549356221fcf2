import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandExamples } from '@holdfast/payment-stop/language'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../test/desks.ts'
import { createTestEncryption, deskWith } from '../../test/encryption.ts'
import { createHistory, type History, passed, usd } from '../../test/histories.ts'

const { cipher, encrypt } = createTestEncryption()
let desks: Desks
let desk: StartedDesk
beforeAll(async () => {
  desks = await openDesks(1)
  desk = await desks.start('actions', { definition: deskWith(cipher) })
})
afterAll(() => desks.close())

async function seen(history: History): Promise<History> {
  await desks.write(...history.entries)
  await desks.sees(desk, history)
  return history
}

const frozen = (number: number) => {
  const history = passed(createHistory(buildRequestNumber(number, { payment: { amount: usd('1000.00') } }), { encrypt }))
  history.give('ReportFreeze', { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
  return history
}

describe('the actions of a request', () => {
  test('are those that the ledger would accept from this caller now, under the law of the freezing country', async () => {
    const { requestId } = await seen(frozen(1))
    const of = async (...who: Parameters<StartedDesk['as']>) => {
      const { sequence, actions } = unwrap(await desk.as(...who).actions(requestId))
      expect(sequence).toBe(3)
      return new Map(actions.map(action => [action.command, action]))
    }
    expect((await of('SG')).get('Withdraw')).toMatchObject({ may: true, needsApproval: true })
    expect((await of('SG', 'system')).get('Withdraw')).toMatchObject({
      may: false,
      code: 'NOT_PERMITTED',
      message: 'once money is frozen, two officers of the requesting country must withdraw the request',
    })
    expect((await of('TL', 'authority')).get('Release')).toMatchObject({ may: true, needsApproval: true })
    expect((await of('TL', 'authority')).get('ExtendFreeze')).toMatchObject({ may: false, code: 'EXTENSION_NOT_ALLOWED' })
  })

  test('are decided at the time of the query', async () => {
    const extendable = async (number: number, time: string) => {
      const history = passed(createHistory(buildRequestNumber(number, { beneficiaryCountry: 'PH', payment: { amount: usd('1000.00') } })))
      history.give('ReportFreeze', { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' }, 'PH/fiu/a', time)
      await seen(history)
      const { actions } = unwrap(await desk.as('PH', 'authority').actions(history.requestId))
      return actions.find(({ command }) => command === 'ExtendFreeze')?.may
    }
    // A Philippine court extends a hold that is not over; the law gives it 30 days.
    expect([await extendable(5, '2024-07-23T02:25:00.000Z'), await extendable(6, new Date().toISOString())]).toEqual([false, true])
  })

  test('show the proposal of another officer to those who may approve it', async () => {
    const history = frozen(2)
    const data = { reason: 'COURT_ORDER', authority: 'District Court of Dili', reference: 'C-1/2024' } as const
    history.give('Release', data, 'TL/authority/a.costa')
    await seen(history)
    const release = async (person: string) => {
      const { actions } = unwrap(await desk.as('TL', 'authority', person).actions(history.requestId))
      return actions.find(({ command }) => command === 'Release')
    }
    const second = { sequence: 4, proposedBy: 'TL/authority/a.costa', at: '2024-07-23T02:25:00.000Z', data }
    expect(await release('b.belo')).toMatchObject({ may: true, second })
    // Names that differ in letter case only are one person.
    expect(await release('A.Costa')).not.toHaveProperty('second')
  })

  test('reference the published schema of their data, which accepts an example', async () => {
    const { requestId } = await seen(passed(createHistory(buildRequestNumber(3))))
    const { actions } = unwrap(await desk.as('SG').actions(requestId))
    const published = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../schemas/generated/command.schema.json'), 'utf8'))
    for (const { command, schema } of actions) {
      const [id, pointer = ''] = schema.split('#')
      expect(id).toBe(published.$id)
      const shape = pointer
        .split('/')
        .slice(1)
        .reduce((within, name) => within[name], published)
      expect(Object.keys(shape.properties)).toEqual(expect.arrayContaining(Object.keys(commandExamples[command] ?? {})))
      expect(
        pointer
          .replace('data', 'type')
          .split('/')
          .slice(1)
          .reduce((within, name) => within[name], published).const,
      ).toMatch(command)
    }
  })

  test('of a foreign request get the same answer as those of an unknown one', async () => {
    const { requestId } = await seen(passed(createHistory(buildRequestNumber(4))))
    const foreign = await desk.as('FR').actions(requestId)
    expect(foreign).toMatchObject({ ok: false, error: { status: 404, code: 'REQUEST_UNKNOWN' } })
    expect(await desk.as('FR').actions('00000000-0000-4000-8000-000000000000')).toEqual(foreign)
    expect(await desk.as('FR').actions('x')).toEqual(foreign)
  })
})
