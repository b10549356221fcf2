import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnswerFolder } from '@holdfast/directory'
import { referenceOf } from '@holdfast/iso20022'
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
  await folders.look()
})
afterEach(async () => {
  await folders.stop()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Looks only when it is told to. */
const open = () => startAnswerFolders({ ...world.deps, folders: () => entries, everyMs: 3_600_000 })

/** A file is taken once it has stayed as it is from one look to the next. */
async function lookTwice(): Promise<void> {
  await folders.look()
  await folders.look()
}
const put = (name: string, content: string | object) =>
  writeFileSync(join(folder, 'in', name), typeof content === 'string' ? content : JSON.stringify(content))
const list = (place: string) => readdirSync(join(folder, place)).sort()
const commands = async () => (await world.commands()).map(({ type, actor, data }) => [type.split('.').at(-1), actor, data])

const dataOf = (kind: string, details: object) => ({
  orderId: request.state().orders[0]?.orderId,
  requestId: request.requestId,
  institution: { bic: 'KMNSTLDL' },
  kind,
  details,
})
const held = { amount: usd('920.00'), basis: 'FIU_SUSPENSION' }

test('answers of a folder are its institution’s, in JSON or as a bank’s message, and done with', async () => {
  put('hold.json', dataOf('frozen', held))
  put('return.xml', paymentReturn(request.requestId, usd('100.00')))
  await lookTwice()
  expect(await commands()).toEqual([
    ['ReportFreeze', 'TL/institution/KMNSTLDL', held],
    ['ReportReturn', 'TL/institution/KMNSTLDL', { amount: usd('100.00'), reference: 'RTR-1' }],
  ])
  expect([list('in'), list('refused')]).toEqual([[], []])
  expect(list('done')).toEqual([expect.stringMatching(/\.(hold\.json|return\.xml)$/), expect.stringMatching(/\.(hold\.json|return\.xml)$/)])
})

test('an answer for a parked request beyond what is held is refused with its code, and the country is told', async () => {
  const release = await useUpHeldQuota(world, request.requestId)
  put('hold.json', dataOf('frozen', held))
  await lookTwice()
  expect(await commands()).toEqual([])
  expect(list('done')).toEqual([])
  const problems = list('refused').filter(name => name.endsWith('.problems.json'))
  expect(problems.map(name => readFileSync(join(folder, 'refused', name), 'utf8'))).toEqual([expect.stringContaining('HELD_FULL')])
  expect(await world.notices('TL')).toMatchObject([{ data: { kind: 'answer', code: 'HELD_FULL', requestId: request.requestId } }])
  await release()
})

test('a person is one person however the name of the folder is written', async () => {
  for (const person of ['c.bank', 'C.Bank']) {
    mkdirSync(join(folder, 'in', person))
    put(`${person}/agree.json`, dataOf('returnInitiated', { basis: 'CONSENT' }))
  }
  await lookTwice()
  const given = await world.commands()
  expect(new Set(given.map(({ actor }) => actor))).toEqual(new Set(['TL/institution/c.bank']))
})

test('two persons have two folders: the same file in each is two words', async () => {
  for (const person of ['a.bank', 'b.bank']) {
    mkdirSync(join(folder, 'in', person))
    put(`${person}/agree.json`, dataOf('returnInitiated', { basis: 'CONSENT' }))
    put(`${person}/agree.xml`, resolution({ confirmation: 'CNCL', cases: [referenceOf(request.requestId)] }))
  }
  await lookTwice()
  const given = await world.commands()
  expect(given.map(({ actor }) => actor).sort()).toEqual(['a.bank', 'a.bank', 'b.bank', 'b.bank'].map(person => `TL/institution/${person}`))
  expect(new Set(given.map(({ id }) => id)).size).toBe(4)
})

describe('a file is taken', () => {
  test('once it stays as it is, or was renamed into its place, and never under a name with a dot', async () => {
    put('growing.json', JSON.stringify(dataOf('frozen', held)).slice(0, 50))
    put('.draft.json', dataOf('acknowledged', {}))
    await folders.look()
    put('growing.json', dataOf('frozen', held))
    await folders.look()
    expect([await commands(), list('refused')]).toEqual([[], []])
    renameSync(join(folder, 'in', '.draft.json'), join(folder, 'in', 'whole.json'))
    await lookTwice()
    expect((await commands()).map(([kind]) => kind).sort()).toEqual(['AcknowledgeOrder', 'ReportFreeze'])
  })

  test('once more where the engine was killed before it was put away, and is one answer', async () => {
    const content = dataOf('frozen', held)
    put('hold.json', content)
    await lookTwice()
    put('hold.json', content)
    await lookTwice()
    const given = await world.commands()
    expect([given.length, new Set(given.map(({ id }) => id)).size]).toEqual([2, 1])
    expect(list('done')).toHaveLength(1)
  })

  test('and one that was put under its name meanwhile is not taken away with it: it is the next', async () => {
    put('hold.json', dataOf('frozen', held))
    const { orders } = world.deps
    const find: typeof orders.find = async (...given) => {
      put('.next.json', dataOf('acknowledged', {}))
      renameSync(join(folder, 'in', '.next.json'), join(folder, 'in', 'hold.json'))
      return orders.find(...given)
    }
    const slow = startAnswerFolders({
      ...world.deps,
      orders: { find },
      folders: () => entries,
      everyMs: 3_600_000,
    })
    await slow.look()
    await slow.look()
    await slow.stop()
    expect(list('in')).toHaveLength(1)
    await lookTwice()
    expect((await commands()).map(([kind]) => kind)).toEqual(['ReportFreeze', 'AcknowledgeOrder'])
    expect([list('in'), list('done').length, list('refused')]).toEqual([[], 2, []])
  })

  test('also where the engine was killed while it made sure that it takes the right one away', async () => {
    put('.5f0c2d3e-8f4b-4a0e-9a55-0d9f5b1c7e21.taken.json', dataOf('frozen', held))
    await lookTwice()
    expect([(await commands()).map(([kind]) => kind), list('in'), list('done').length]).toEqual([['ReportFreeze'], [], 1])
  })

  test.each(['in', 'done', 'refused'])('from nowhere while %s is a link', async name => {
    rmSync(join(folder, name), { recursive: true })
    symlinkSync(mkdtempSync(join(folder, 'elsewhere-')), join(folder, name))
    put('hold.json', dataOf('frozen', held))
    await lookTwice()
    expect([await commands(), list('in')]).toEqual([[], ['hold.json']])
  })

  test('never through a link', async () => {
    const secret = join(folder, 'secret.json')
    writeFileSync(secret, JSON.stringify(dataOf('frozen', held)))
    symlinkSync(secret, join(folder, 'in', 'link.json'))
    await lookTwice()
    expect(await commands()).toEqual([])
  })

  test('after a while, where the store is away', async () => {
    put('hold.json', dataOf('frozen', held))
    const { orders } = world.deps
    let isAway = true
    const find: typeof orders.find = async (...given) => {
      if (isAway) throw new Error('the store is away')
      return orders.find(...given)
    }
    const flaky = startAnswerFolders({
      ...world.deps,
      orders: { find },
      folders: () => entries,
      everyMs: 3_600_000,
    })
    for (const away of [true, true, false]) {
      isAway = away
      await flaky.look()
    }
    await flaky.stop()
    expect([(await commands()).length, list('in')]).toEqual([1, []])
  })
})

describe('what is wrong stands beside a refused file, and its country is told', () => {
  test.each([
    ['that is not JSON', 'a.json', '{', 'MALFORMED', ''],
    ['that lacks something', 'a.json', { kind: 'frozen' }, 'MALFORMED', '/orderId'],
    ['that is no bank’s message', 'a.xml', '<a/>', 'MALFORMED', '/a'],
    ['about an order of nobody', 'a.xml', resolution({ confirmation: 'CNCL', cases: ['KMN-77'] }), 'ORDER_UNKNOWN', ''],
  ])('one %s', async (_what, name, content, code, path) => {
    put(name, content)
    await lookTwice()
    expect([await commands(), list('in'), list('done')]).toEqual([[], [], []])
    const [file = '', problems = ''] = list('refused')
    expect(file).toMatch(new RegExp(`^[0-9a-f]{12}\\.${name}$`))
    expect(problems).toBe(`${file}.problems.json`)
    expect(JSON.parse(readFileSync(join(folder, 'refused', problems), 'utf8'))).toEqual(
      expect.arrayContaining([expect.objectContaining({ path })]),
    )
    expect((await world.notices('TL')).map(({ data }) => data)).toMatchObject([{ kind: 'answer', country: 'TL', code }])
  })

  test('one that is too large, unread', async () => {
    put('a.json', ' '.repeat(300_000))
    await lookTwice()
    expect(list('refused')).toHaveLength(2)
  })

  test('what a message leaves to a person stands beside it where it is done with', async () => {
    put('a.xml', resolution({ confirmation: 'RJCR', reason: 'LEGL', cases: [referenceOf(request.requestId)] }))
    await lookTwice()
    const [, attention = ''] = list('done')
    expect(JSON.parse(readFileSync(join(folder, 'done', attention), 'utf8'))).toMatchObject([{ code: 'ASK_INSTITUTION' }])
  })
})

test('a folder that is not there, or another country’s answer, keeps nobody waiting', async () => {
  const abroad = mkdtempSync(join(tmpdir(), 'holdfast-bank-'))
  entries = [{ country: 'MY', bic: undefined, folder: '/not/there' }, ...entries, { country: 'MY', bic: 'EXMPMYKL', folder: abroad }]
  await folders.look()
  writeFileSync(join(abroad, 'in', 'hold.json'), JSON.stringify(dataOf('frozen', held)))
  put('hold.json', dataOf('frozen', held))
  await lookTwice()
  expect((await commands()).map(([, actor]) => actor)).toEqual(['TL/institution/KMNSTLDL'])
  expect(readdirSync(join(abroad, 'refused'))).toHaveLength(2)
  rmSync(abroad, { recursive: true })
})

test('nothing is kept of a look that is over: there is one each second for as long as the process lives', { timeout: 60_000 }, () => {
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
    // Enough of them for all code to be compiled.
    await bytesAfter(20_000)
    const before = await bytesAfter(1_000)
    console.log((await bytesAfter(50_000)) - before)
  `
  const out = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', measured], { encoding: 'utf8' })
  expect(Number(out)).toBeLessThan(500_000)
})
