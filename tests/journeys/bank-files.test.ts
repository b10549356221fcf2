import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Order, orderSchema } from '@holdfast/payment-stop/language'
import { parseWith } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { eventually, type Person, reaches, submit } from '../src/engine.ts'

const requester: Person = ['SG', 'system', 'ncb']
const usd = (value: string) => ({ currency: 'USD', value })

let engine: EmbeddedEngine
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-exchange-'))
  const bank = { name: 'Kamanasa Bank', bic: 'KMNSTLDL', channel: { kind: 'topic' } }
  const exchange = { name: 'Example Exchange', vasp: ['Example Exchange Ltd'], channel: { kind: 'file', folder, format: 'iso20022' } }
  engine = await startEmbeddedEngine({
    prepare: dataDir => writeFile(join(dataDir, 'directory.json'), JSON.stringify({ countries: { TL: [bank, exchange] } })),
  })
})
afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true, force: true })
})

/** As banks should deliver files: written under another name, then renamed. */
async function drop(name: string, content: object): Promise<void> {
  const draft = join(folder, `draft-${name.replaceAll('/', '-')}`)
  await writeFile(draft, JSON.stringify(content))
  await rename(draft, join(folder, 'in', name))
}

test('a VASP finds the order in its folder and answers by files, one from each of its persons', async () => {
  const wallet = { chain: 'TRON', address: 'TExampleWalletOfNobody00000000000', txHash: 'a'.repeat(64), vasp: 'Example Exchange Ltd' }
  const document = buildRequestNumber(1, { payment: { rail: 'CRYPTO', amount: usd('1000.00'), wallet } })
  const requestId = await submit(engine, requester, document, 'key-1')
  const file = await eventually(async () => (await readdir(folder)).find(name => name.endsWith('.json')), 'the order in the folder')
  const read = parseWith(orderSchema, JSON.parse(await readFile(join(folder, file), 'utf8')))
  if (!read.ok) throw new Error('no order')
  const { data } = read.value as Order
  expect(data).toMatchObject({ requestId, kind: 'freeze', amount: usd('1000.00'), payment: { rail: 'CRYPTO', wallet } })

  const { orderId, institution } = data
  const say = (name: string, kind: string, details: object) =>
    drop(name, { orderId, requestId, institution: { bic: institution.bic }, kind, details })
  await eventually(async () => (await readdir(folder)).find(name => name === 'in'), 'the folder for answers')
  await say('hold.json', 'frozen', { amount: usd('1000.00'), basis: 'VOLUNTARY' })
  await reaches(engine, requestId, 'frozen.coverage.full')
  for (const person of ['a.keeper', 'b.keeper']) {
    await mkdir(join(folder, 'in', person))
    await say(`${person}/agree.json`, 'returnInitiated', { basis: 'CONSENT' })
  }
  await reaches(engine, requestId, 'frozen.recovery.returning')
  await say('return.json', 'returned', { amount: usd('1000.00'), reference: `0x${'a'.repeat(33)}` })
  const { request, history } = await reaches(engine, requestId, 'recovered')
  expect(request.amounts).toMatchObject({ frozen: usd('1000.00'), recovered: usd('1000.00') })
  expect(history.map(({ actor }) => actor).filter(actor => actor.startsWith('TL/'))).toEqual([
    'TL/institution/files',
    expect.stringMatching(/TL\/institution\/[ab].keeper/),
    expect.stringMatching(/TL\/institution\/[ab].keeper/),
    'TL/institution/files',
  ])
  await drop('nonsense.json', { kind: 'frozen' })
  const refused = await eventually(async () => {
    // A name that begins with a dot is still being written.
    const found = (await readdir(join(folder, 'refused'))).filter(name => !name.startsWith('.'))
    return found.length === 2 ? found.sort() : undefined
  }, 'the refused file')
  expect(refused[1]).toBe(`${refused[0]}.problems.json`)
})
