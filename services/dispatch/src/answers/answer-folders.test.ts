import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnswerFolder } from '@holdfast/directory'
import { referenceOf } from '@holdfast/payment-stop/iso20022'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AnswerWorld, openAnswerWorld } from '../../test/answer-world.ts'
import { paymentReturn, resolution } from '../../test/bank-messages.ts'
import { useUpHeldQuota } from '../../test/held-quota.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { type AnswerFolders, startAnswerFolders } from './answer-folders.ts'

let world: AnswerWorld
let request: History
let folder: string
let folders: AnswerFolders
let entries: AnswerFolder[]
beforeEach(async () => {
  world = await openAnswerWorld()
  request = verified(buildRequestNumber(1, { payment: { amount: usd('1000.00') } }))
  await world.writeFacts(request)
  await world.dispatchAll()
  folder = mkdtempSync(join(tmpdir(), 'holdfast-bank-'))
  entries = [{ country: 'TL', bic: 'KMNSTLDL', folder }]
  folders = open()
  await folders.readAll()
})
afterEach(async () => {
  await folders.stop()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Reads the folders only on demand. */
const open = () => startAnswerFolders({ ...world.deps, folders: () => entries, everyMs: 3_600_000 })

/** The engine takes a file once it is unchanged between two passes. */
async function readTwice(): Promise<void> {
  await folders.readAll()
  await folders.readAll()
}
const put = (name: string, content: string | object) =>
  writeFileSync(join(folder, 'in', name), typeof content === 'string' ? content : JSON.stringify(content))
const namesIn = (place: string) => readdirSync(join(folder, place)).sort()
const commands = async () => (await world.commands()).map(({ type, actor, data }) => [type.split('.').at(-1), actor, data])

const dataOf = (kind: string, details: object) => ({
  orderId: request.state().orders[0]?.orderId,
  requestId: request.requestId,
  institution: { bic: 'KMNSTLDL' },
  kind,
  details,
})
const held = { amount: usd('920.00'), basis: 'FIU_SUSPENSION' }

test('answers in a folder count as its institution’s, in JSON or as a bank’s message, and are moved to done', async () => {
  put('hold.json', dataOf('frozen', held))
  put('return.xml', paymentReturn(request.requestId, usd('100.00')))
  await readTwice()
  expect(await commands()).toEqual([
    ['ReportFreeze', 'TL/institution/KMNSTLDL', held],
    ['ReportReturn', 'TL/institution/KMNSTLDL', { amount: usd('100.00'), reference: 'RTR-1' }],
  ])
  expect([namesIn('in'), namesIn('refused')]).toEqual([[], []])
  expect(namesIn('done')).toEqual([
    expect.stringMatching(/\.(hold\.json|return\.xml)$/),
    expect.stringMatching(/\.(hold\.json|return\.xml)$/),
  ])
})

test('an answer beyond the quota of a parked request is refused with its code, and the country is notified', async () => {
  const release = await useUpHeldQuota(world, request.requestId)
  put('hold.json', dataOf('frozen', held))
  await readTwice()
  expect(await commands()).toEqual([])
  expect(namesIn('done')).toEqual([])
  const problems = namesIn('refused').filter(name => name.endsWith('.problems.json'))
  expect(problems.map(name => readFileSync(join(folder, 'refused', name), 'utf8'))).toEqual([expect.stringContaining('HELD_FULL')])
  expect(await world.notifications('TL')).toMatchObject([{ data: { kind: 'answer', code: 'HELD_FULL', requestId: request.requestId } }])
  await release()
})

test('two spellings of a folder name are the same person', async () => {
  for (const person of ['c.bank', 'C.Bank']) {
    mkdirSync(join(folder, 'in', person))
    put(`${person}/agree.json`, dataOf('returnInitiated', { basis: 'CONSENT' }))
  }
  await readTwice()
  const commandsSent = await world.commands()
  expect(new Set(commandsSent.map(({ actor }) => actor))).toEqual(new Set(['TL/institution/c.bank']))
})

test('the same file in the folders of two officers is two answers', async () => {
  for (const person of ['a.bank', 'b.bank']) {
    mkdirSync(join(folder, 'in', person))
    put(`${person}/agree.json`, dataOf('returnInitiated', { basis: 'CONSENT' }))
    put(`${person}/agree.xml`, resolution({ confirmation: 'CNCL', cases: [referenceOf(request.requestId)] }))
  }
  await readTwice()
  const commandsSent = await world.commands()
  expect(commandsSent.map(({ actor }) => actor).sort()).toEqual(
    ['a.bank', 'a.bank', 'b.bank', 'b.bank'].map(person => `TL/institution/${person}`),
  )
  expect(new Set(commandsSent.map(({ id }) => id)).size).toBe(4)
})

describe('the engine takes a file', () => {
  test('once it is unchanged or was renamed into the folder, and never under a name that begins with a dot', async () => {
    put('growing.json', JSON.stringify(dataOf('frozen', held)).slice(0, 50))
    put('.draft.json', dataOf('acknowledged', {}))
    await folders.readAll()
    put('growing.json', dataOf('frozen', held))
    await folders.readAll()
    expect([await commands(), namesIn('refused')]).toEqual([[], []])
    renameSync(join(folder, 'in', '.draft.json'), join(folder, 'in', 'whole.json'))
    await readTwice()
    expect((await commands()).map(([kind]) => kind).sort()).toEqual(['AcknowledgeOrder', 'ReportFreeze'])
  })

  test('again after a crash before it was moved, as one answer', async () => {
    const content = dataOf('frozen', held)
    put('hold.json', content)
    await readTwice()
    put('hold.json', content)
    await readTwice()
    const commandsSent = await world.commands()
    expect([commandsSent.length, new Set(commandsSent.map(({ id }) => id)).size]).toEqual([2, 1])
    expect(namesIn('done')).toHaveLength(1)
  })

  test('and processes a file that replaced it meanwhile as the next one', async () => {
    put('hold.json', dataOf('frozen', held))
    const { orders } = world.deps
    const find: typeof orders.find = async (...commandsSent) => {
      put('.next.json', dataOf('acknowledged', {}))
      renameSync(join(folder, 'in', '.next.json'), join(folder, 'in', 'hold.json'))
      return orders.find(...commandsSent)
    }
    const slow = startAnswerFolders({
      ...world.deps,
      orders: { find },
      folders: () => entries,
      everyMs: 3_600_000,
    })
    await slow.readAll()
    await slow.readAll()
    await slow.stop()
    expect(namesIn('in')).toHaveLength(1)
    await readTwice()
    expect((await commands()).map(([kind]) => kind)).toEqual(['ReportFreeze', 'AcknowledgeOrder'])
    expect([namesIn('in'), namesIn('done').length, namesIn('refused')]).toEqual([[], 2, []])
  })

  test('also after a crash while it deleted the original', async () => {
    put('.5f0c2d3e-8f4b-4a0e-9a55-0d9f5b1c7e21.taken.json', dataOf('frozen', held))
    await readTwice()
    expect([(await commands()).map(([kind]) => kind), namesIn('in'), namesIn('done').length]).toEqual([['ReportFreeze'], [], 1])
  })

  test.each(['in', 'done', 'refused'])('from no folder while %s is a link', async name => {
    rmSync(join(folder, name), { recursive: true })
    symlinkSync(mkdtempSync(join(folder, 'elsewhere-')), join(folder, name))
    put('hold.json', dataOf('frozen', held))
    await readTwice()
    expect([await commands(), namesIn('in')]).toEqual([[], ['hold.json']])
  })

  test('never through a link', async () => {
    const secret = join(folder, 'secret.json')
    writeFileSync(secret, JSON.stringify(dataOf('frozen', held)))
    symlinkSync(secret, join(folder, 'in', 'link.json'))
    await readTwice()
    expect(await commands()).toEqual([])
  })

  test('later, if the store is unreachable', async () => {
    put('hold.json', dataOf('frozen', held))
    const { orders } = world.deps
    let isAway = true
    const find: typeof orders.find = async (...commandsSent) => {
      if (isAway) throw new Error('the store is unreachable')
      return orders.find(...commandsSent)
    }
    const flaky = startAnswerFolders({
      ...world.deps,
      orders: { find },
      folders: () => entries,
      everyMs: 3_600_000,
    })
    for (const away of [true, true, false]) {
      isAway = away
      await flaky.readAll()
    }
    await flaky.stop()
    expect([(await commands()).length, namesIn('in')]).toEqual([1, []])
  })
})

describe('a refused file has its problems in a second file, and its country is notified', () => {
  test.each([
    ['that is not JSON', 'a.json', '{', 'MALFORMED', ''],
    ['that lacks a member', 'a.json', { kind: 'frozen' }, 'MALFORMED', '/orderId'],
    ['that is no bank’s message', 'a.xml', '<a/>', 'MALFORMED', '/a'],
    ['about an unknown order', 'a.xml', resolution({ confirmation: 'CNCL', cases: ['KMN-77'] }), 'ORDER_UNKNOWN', ''],
  ])('one %s', async (_what, name, content, code, path) => {
    put(name, content)
    await readTwice()
    expect([await commands(), namesIn('in'), namesIn('done')]).toEqual([[], [], []])
    const [file = '', problems = ''] = namesIn('refused')
    expect(file).toMatch(new RegExp(`^[0-9a-f]{12}\\.${name}$`))
    expect(problems).toBe(`${file}.problems.json`)
    expect(JSON.parse(readFileSync(join(folder, 'refused', problems), 'utf8'))).toEqual(
      expect.arrayContaining([expect.objectContaining({ path })]),
    )
    expect((await world.notifications('TL')).map(({ data }) => data)).toMatchObject([{ kind: 'answer', country: 'TL', code }])
  })

  test('one that is too large, without reading it', async () => {
    put('a.json', ' '.repeat(300_000))
    await readTwice()
    expect(namesIn('refused')).toHaveLength(2)
  })

  test('an accepted message has its items for a person in a second file', async () => {
    put('a.xml', resolution({ confirmation: 'RJCR', reason: 'LEGL', cases: [referenceOf(request.requestId)] }))
    await readTwice()
    const [, attention = ''] = namesIn('done')
    expect(JSON.parse(readFileSync(join(folder, 'done', attention), 'utf8'))).toMatchObject([{ code: 'ASK_INSTITUTION' }])
  })
})

test('a missing folder, or another country’s answer, delays no other folder', async () => {
  const abroad = mkdtempSync(join(tmpdir(), 'holdfast-bank-'))
  entries = [{ country: 'MY', bic: undefined, folder: '/not/there' }, ...entries, { country: 'MY', bic: 'EXMPMYKL', folder: abroad }]
  await folders.readAll()
  writeFileSync(join(abroad, 'in', 'hold.json'), JSON.stringify(dataOf('frozen', held)))
  put('hold.json', dataOf('frozen', held))
  await readTwice()
  expect((await commands()).map(([, actor]) => actor)).toEqual(['TL/institution/KMNSTLDL'])
  expect(readdirSync(join(abroad, 'refused'))).toHaveLength(2)
  rmSync(abroad, { recursive: true })
})

test('a finished pass leaves nothing in memory, because there is one each second', { timeout: 60_000 }, () => {
  const measured = `
    let look
    globalThis.setInterval = tick => { look = tick }
    const { startAnswerFolders } = await import('${new URL('answer-folders.ts', import.meta.url).href}')
    startAnswerFolders({ folders: () => [] })
    const bytesAfter = async looks => {
      for (let n = 0; n < looks; n++) {
        look()
        if (n % 100 === 0) await new Promise(setImmediate)
      }
      await new Promise(setImmediate)
      gc()
      return process.memoryUsage().heapUsed
    }
    // Enough of them to compile all code.
    await bytesAfter(20_000)
    const before = await bytesAfter(1_000)
    console.log((await bytesAfter(50_000)) - before)
  `
  const out = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', measured], { encoding: 'utf8' })
  expect(Number(out)).toBeLessThan(500_000)
})
