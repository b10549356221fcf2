import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandExamples } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Desks, given, openDesks, type StartedDesk } from '../../test/desks.ts'
import { createTestEncryption, deskWith } from '../../test/encryption.ts'
import { createHistory, type History, passed, usd } from '../../test/histories.ts'

const { words, seal } = createTestEncryption()
let desks: Desks
let desk: StartedDesk
beforeAll(async () => {
  desks = await openDesks(1)
  desk = await desks.start('actions', { definition: deskWith(words) })
})
afterAll(() => desks.close())

async function seen(history: History): Promise<History> {
  await desks.write(...history.entries)
  await desks.sees(desk, history)
  return history
}

const held = (number: number) => {
  const history = passed(createHistory(buildRequestNumber(number, { payment: { amount: usd('1000.00') } }), { seal }))
  history.give('ReportFreeze', { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
  return history
}

describe('the actions of a request', () => {
  test('are what the ledger would say to this caller now, by the law of the freezing country', async () => {
    const { requestId } = await seen(held(1))
    const of = async (...who: Parameters<StartedDesk['as']>) => {
      const { sequence, actions } = given(await desk.as(...who).actions(requestId))
      expect(sequence).toBe(3)
      return new Map(actions.map(action => [action.command, action]))
    }
    expect((await of('SG')).get('Withdraw')).toMatchObject({ may: true, joint: true })
    expect((await of('SG', 'system')).get('Withdraw')).toMatchObject({
      may: false,
      code: 'NOT_PERMITTED',
      message: 'once money is held, two officers of the requesting country withdraw',
    })
    expect((await of('TL', 'authority')).get('Release')).toMatchObject({ may: true, joint: true })
    expect((await of('TL', 'authority')).get('ExtendFreeze')).toMatchObject({ may: false, code: 'EXTENSION_NOT_ALLOWED' })
  })

  test('are judged at the time at which they are asked for', async () => {
    const extendable = async (number: number, time: string) => {
      const history = passed(createHistory(buildRequestNumber(number, { beneficiaryCountry: 'PH', payment: { amount: usd('1000.00') } })))
      history.give('ReportFreeze', { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' }, 'PH/fiu/a', time)
      await seen(history)
      const { actions } = given(await desk.as('PH', 'authority').actions(history.requestId))
      return actions.find(({ command }) => command === 'ExtendFreeze')?.may
    }
    // A Philippine court extends a hold that is not over; the law gives it 30 days.
    expect([await extendable(5, '2024-07-23T02:25:00.000Z'), await extendable(6, new Date().toISOString())]).toEqual([false, true])
  })

  test('show what another person proposed, to who may agree', async () => {
    const history = held(2)
    const data = { reason: 'COURT_ORDER', authority: 'District Court of Dili', reference: 'C-1/2024' } as const
    history.give('Release', data, 'TL/authority/a.costa')
    await seen(history)
    const release = async (person: string) => {
      const { actions } = given(await desk.as('TL', 'authority', person).actions(history.requestId))
      return actions.find(({ command }) => command === 'Release')
    }
    const second = { sequence: 4, proposedBy: 'TL/authority/a.costa', at: '2024-07-23T02:25:00.000Z', data }
    expect(await release('b.belo')).toMatchObject({ may: true, second })
    // In either case of its letters a name is one person's.
    expect(await release('A.Costa')).not.toHaveProperty('second')
  })

  test('name where the shape of their data is published, and it is the one that takes an example', async () => {
    const { requestId } = await seen(passed(createHistory(buildRequestNumber(3))))
    const { actions } = given(await desk.as('SG').actions(requestId))
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

  test("of another country's request are not there, in the words of one that does not exist", async () => {
    const { requestId } = await seen(passed(createHistory(buildRequestNumber(4))))
    const foreign = await desk.as('FR').actions(requestId)
    expect(foreign).toMatchObject({ ok: false, error: { status: 404, code: 'REQUEST_UNKNOWN' } })
    expect(await desk.as('FR').actions('00000000-0000-4000-8000-000000000000')).toEqual(foreign)
    expect(await desk.as('FR').actions('x')).toEqual(foreign)
  })
})
