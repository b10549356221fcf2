import { readFileSync } from 'node:fs'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestEncryption, type TestEncryption } from '../../test/encryption.ts'
import { createHistory, type History, onwardTo, passed, usd } from '../../test/histories.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'

let encryption: TestEncryption
let opened: OpenProjection
afterEach(() => opened.close())

const found = (text: string, country = 'SG') =>
  opened.views.search(country, text, 50).map(view => (JSON.parse(view) as { caseReference: string }).caseReference)

const historyOf = (number: number, victim: string, creditor = 'Borealis Lda'): History =>
  createHistory(
    buildRequestNumber(number, {
      caseReference: `SPF/2024/${number}`,
      victim: { name: victim },
      payment: { debtor: { name: victim, account: { other: '012-5550-077' } }, creditor: { name: creditor } },
    }),
    { encrypt: encryption.encrypt },
  )

/** The bytes of the file and its log. */
const bytes = () => Buffer.concat([readFileSync(opened.file.path), readFileSync(`${opened.file.path}-wal`)])

describe.each([
  ['in the process', undefined],
  ['by a worker thread', 0],
])('encrypted names, in a projection that is written %s', (_how, threadAfterWrites) => {
  beforeEach(() => {
    encryption = createTestEncryption()
    opened = openProjection(encryption.cipher, threadAfterWrites)
  })

  test('are found by whole words and by their beginnings, from the third letter on', async () => {
    await opened.take(historyOf(1, 'María-José Núñez Wolframite').entries)
    await opened.take(historyOf(2, 'Wolfgang Ng', '李小龙').entries)
    expect([found('Wolframite'), found('wolfra'), found('nunez wolf')]).toEqual([['SPF/2024/1'], ['SPF/2024/1'], ['SPF/2024/1']])
    expect(found('wolf').sort()).toEqual(['SPF/2024/1', 'SPF/2024/2'])
    expect([found('wo'), found('olfram'), found('wolfx')]).toEqual([[], [], []])
    expect([found('ng'), found('李'), found('李小')]).toEqual([['SPF/2024/2'], ['SPF/2024/2'], ['SPF/2024/2']])
  })

  test('of more than twelve letters are found by their first twelve letters', async () => {
    await opened.take(historyOf(3, 'Aktiengesellschaft Nord').entries)
    expect([found('Aktiengesellschaft'), found('aktiengesells'), found('aktiengeselk')]).toEqual([['SPF/2024/3'], ['SPF/2024/3'], []])
  })

  test('of a truncated partition are deleted, and those of another one are found', async () => {
    await opened.take(historyOf(11, 'Peridot Tin').entries, 0)
    await opened.take(historyOf(12, 'Malachite Tin').entries, 1)
    await opened.views.forget(1)
    expect([found('Malachite'), found('Peridot')]).toEqual([[], ['SPF/2024/11']])
    opened.rewind(1)
    await opened.take(historyOf(12, 'Malachite Tin').entries, 1)
    await opened.views.forget(0)
    expect([found('Malachite'), found('Peridot')]).toEqual([['SPF/2024/12'], []])
  })

  test('are found by countries with access to the request, and so are numbers', async () => {
    await opened.take(historyOf(4, 'Peridot Tin').entries)
    expect([found('Peridot', 'TL'), found('Peridot', 'MY'), found('0125550077'), found('0125550077', 'MY')]).toEqual([
      ['SPF/2024/4'],
      [],
      ['SPF/2024/4'],
      [],
    ])
  })

  test('are found by a unit while it has full access to the request', async () => {
    const history = passed(historyOf(5, 'Peridot Tin'))
    await opened.take(history.entries)
    const share = history.give(
      'ShareRequest',
      { with: { country: 'SG', unit: 'cybercrime' }, extent: 'history', purpose: 'To compare it' },
      'SG/officer/a',
    )
    await opened.take([share])
    expect([found('Peridot', 'SG.cybercrime'), found('0125550077', 'SG.cybercrime')]).toEqual([['SPF/2024/5'], ['SPF/2024/5']])
    await opened.take([history.give('WithdrawShare', { share: share.sequence, reason: 'Compared' }, 'SG/officer/a')])
    expect([found('Peridot', 'SG.cybercrime'), found('0125550077', 'SG.cybercrime'), found('Peridot')]).toEqual([[], [], ['SPF/2024/5']])
  })

  test('money that moved onward is found by its payee', async () => {
    const history = passed(historyOf(6, 'Peridot Tin'))
    history.give('ReportMovedOnward', { amount: usd('5.00'), country: 'AE', onward: onwardTo('00990011') }, 'TL/institution/a')
    await opened.take(history.entries)
    expect([found('Creek'), found('00990011')]).toEqual([['SPF/2024/6'], ['SPF/2024/6']])
  })

  test('need one key lookup per batch, and none without encrypted data', async () => {
    await opened.take([...historyOf(7, 'Peridot Tin').entries, ...historyOf(8, 'Gneiss Ltd').entries])
    expect(encryption.lookups()).toBe(1)
    const plaintext = createHistory(buildRequestNumber(9, { caseReference: 'SPF/2024/9', victim: { name: 'Obsidian Ltd' } }))
    await opened.take(plaintext.entries)
    expect([encryption.lookups(), found('Obsidian')]).toEqual([1, ['SPF/2024/9']])
  })

  test('whose key was destroyed are in no index', async () => {
    const history = historyOf(10, 'Peridot Tin')
    encryption.destroy(history.requestId)
    await opened.take(history.entries)
    expect([found('Peridot'), found('SPF/2024/10')]).toEqual([[], ['SPF/2024/10']])
  })

  test('are deleted with every derived byte, and no others are', async () => {
    const others = Array.from({ length: 60 }, (_, number) => historyOf(101 + number, `Peridot Tin${number}`, `Wolframite Lda${number}`))
    const one = historyOf(100, 'Zirkonia Peridot', 'Malachite Xanthippe')
    const histories = others.toSpliced(30, 0, one)
    for (const history of histories) await opened.take(history.entries)
    const stored = opened.file
      .prepare('SELECT tokens, blind_indexes AS marks FROM search_tokens CROSS JOIN facts USING (arrival) WHERE request_id = ?')
      .all(one.requestId) as { tokens: string; marks: string }[]
    const [tokens = [], marks = []] = [stored.flatMap(each => each.tokens.split(' ')), stored.flatMap(each => each.marks.split(' '))]
    expect([tokens.length > 5, marks.length > 5]).toEqual([true, true])
    // Tokens that other requests have too stay in the index.
    const ofOthers = new Set(
      opened.file
        .prepare('SELECT tokens FROM search_tokens CROSS JOIN facts USING (arrival) WHERE request_id <> ?')
        .all(one.requestId)
        .flatMap(row => String(row.tokens).split(' ')),
    )
    const own = tokens.filter(token => !ofOthers.has(token))
    expect(own.length).toBeGreaterThan(1)
    const blindIndexes = marks.map(each => Buffer.from(each.split(':')[1] ?? '', 'hex')).filter(mark => mark.length === 16)
    const before = bytes()
    expect(own.filter(token => before.includes(token.slice(-8)))).toEqual(own)

    await opened.views.forgetPersonalData(one.requestId)
    await opened.file.truncateLog()
    const after = bytes()
    expect(own.filter(token => after.includes(token.slice(-8)))).toEqual([])
    expect(
      blindIndexes.filter(
        mark => after.includes(mark) && opened.file.prepare('SELECT 1 FROM blind_indexes WHERE blind_index = ?').get(mark) === undefined,
      ),
    ).toEqual([])
    expect([found('Zirkonia'), found(one.document.payment.uetr ?? ''), found(one.document.caseReference)]).toEqual([
      [],
      [],
      [one.document.caseReference],
    ])
    expect(found('Peridot')).toHaveLength(50)
    expect(found('Tin7')).toEqual(['SPF/2024/108'])
  })
})
