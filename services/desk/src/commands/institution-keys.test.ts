import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MemberRole, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { type MembersFile, makeKey, membersFileName } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../test/desks.ts'
import { createHistory, type History, passed, usd } from '../../test/histories.ts'

// Kamanasa Bank has a key of its own in the registry. The directory sends its orders, and those of Lorosae Bank, to the
// banks. Viqueque Bank is in neither.
let desks: Desks
let desk: StartedDesk
const topic = { kind: 'topic' } as const

beforeAll(async () => {
  desks = await openDesks(1)
  desk = await desks.start('keys')
  const registry = join(desk.viewDir, membersFileName)
  const { members } = JSON.parse(readFileSync(registry, 'utf8')) as MembersFile
  const institutions = [{ name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: { keys: [makeKey('kamanasa').publicKey] } }]
  writeFileSync(
    `${registry}.new`,
    JSON.stringify({ members: members.map(each => (each.country === 'TL' ? { ...each, institutions } : each)) }),
  )
  renameSync(`${registry}.new`, registry)
  const directory = {
    countries: {
      TL: [
        { name: 'Kamanasa Bank', bic: 'KMNSTLDL', channel: topic },
        { name: 'Lorosae Bank', bic: 'LORSTLDL', channel: topic },
      ],
    },
  }
  writeFileSync(join(desk.viewDir, 'directory.json'), JSON.stringify(directory))
})
afterAll(() => desks.close())

let number = 1
async function verifiedAt(bic: string): Promise<History> {
  const history = passed(createHistory(buildRequestNumber(number++, { payment: { amount: usd('1000.00'), creditorAgent: { bic } } })))
  await desks.write(...history.entries)
  await desks.sees(desk, history)
  return history
}
const freeze = { amount: usd('920.00'), basis: 'FIU_SUSPENSION' } as const
const actionOf = async ({ requestId }: History, role: MemberRole, command = 'ReportFreeze') =>
  unwrap(await desk.as('TL', role).actions(requestId)).actions.find(action => action.command === command)
describe('at the desk', () => {
  test('no other sender acts for an institution that has a key of its own, and the actions say why', async () => {
    const history = await verifiedAt('KMNSTLDL')
    await vi.waitFor(async () => expect(await actionOf(history, 'institution')).toMatchObject({ may: false }), 10_000)
    const action = await actionOf(history, 'institution')
    expect(action).toMatchObject({ code: 'NOT_PERMITTED', message: expect.stringContaining('has a key of its own in the registry') })
    const refused = await desk.as('TL', 'institution').act(history.requestId, 'ReportFreeze', freeze, { idempotencyKey: 'freeze' })
    expect(refused).toMatchObject({ ok: false, error: { status: 403, code: 'NOT_PERMITTED' } })
    expect(JSON.stringify(refused)).toContain(action && 'message' in action ? action.message : 'a message')
    // The ledger would count it against the refusal budget of the institution.
    expect(await desks.streams.endOffset(topics.commands.name, 0)).toBe(0)
  })

  test('the FIU does not act for an institution that the directory gives orders to', async () => {
    const history = await verifiedAt('LORSTLDL')
    await vi.waitFor(async () => expect(await actionOf(history, 'fiu')).toMatchObject({ may: false }), 10_000)
    expect(await actionOf(history, 'fiu')).toMatchObject({ code: 'NOT_PERMITTED', message: expect.stringContaining('the directory gives') })
    const refused = await desk.as('TL', 'fiu').act(history.requestId, 'ReportFreeze', freeze, { idempotencyKey: 'fiu' })
    expect(refused).toMatchObject({ ok: false, error: { status: 403, code: 'NOT_PERMITTED' } })
    // It has no key of its own, so a key of the country speaks for it.
    expect(await actionOf(history, 'institution')).toMatchObject({ may: true })
  })

  test('country and FIU act for an institution that is in neither registry nor directory, and officers as before', async () => {
    const history = await verifiedAt('VIQQTLDL')
    expect(await actionOf(history, 'institution')).toMatchObject({ may: true })
    expect(await actionOf(history, 'fiu')).toMatchObject({ may: true })
    expect(await actionOf(await verifiedAt('KMNSTLDL'), 'officer', 'AskInformation')).toMatchObject({ may: true })
  })
})
