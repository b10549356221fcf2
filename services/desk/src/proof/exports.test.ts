import { createLineVerifier, type VerifyingOptions } from '@holdfast/cli/verify-lines'
import { readCheckpoint, readNote } from '@holdfast/proof'
import { isExportProof } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../test/desks.ts'
import { createHistory, passed, usd } from '../../test/histories.ts'

vi.setConfig({ testTimeout: 60_000 })
/** A busy machine takes its time. */
const soon = { timeout: 10_000 }
let desks: Desks
let desk: StartedDesk
let number = 0

/** This many requests of SG and of KE, all frozen. */
async function write(count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    for (const requestingCountry of ['SG', 'KE']) {
      const request = passed(createHistory(buildRequestNumber(++number, { requestingCountry, beneficiaryCountry: 'TL' })))
      request.give('ReportFreeze', { amount: usd('100.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
      await desks.write(...request.facts)
      await desks.sees(desk, request)
    }
}

async function exportOf(country: string, seen: readonly { origin: string; size: number }[] = [], by = desk): Promise<string[]> {
  const lines: string[] = []
  for await (const line of by.as(country).export({ proof: { seen } })) lines.push(line)
  return lines
}

const verified = (lines: readonly string[], options: VerifyingOptions = {}) => {
  const verifier = createLineVerifier(options)
  for (const [i, text] of lines.entries()) verifier.add({ number: i + 1, text })
  return verifier.finish()
}

/** What a witness stores that sees the engine now. */
async function seenNow(by = desk) {
  const { trees } = unwrap(await by.as('KE').checkpoints())
  return trees.map(({ checkpoint }) => {
    const note = unwrap(readNote(checkpoint))
    return { ...unwrap(readCheckpoint(note.text)), note }
  })
}

beforeAll(async () => {
  desks = await openDesks(2)
  desk = await desks.start('first')
  await write(5)
}, 60_000)
afterAll(() => desks.close())

test('an export proves that it is complete as exported, and that each fact is in a signed tree', async () => {
  const lines = await exportOf('SG')
  const facts = lines.filter(line => !isExportProof(line))
  expect(facts).toHaveLength(15)
  expect(lines.slice(facts.length).every(isExportProof)).toBe(true)
  const { problems, proof } = await verified(lines)
  expect(problems).toEqual([])
  expect(proof).toMatchObject({ statement: { country: 'SG', size: 15 }, included: 15, newer: 0 })
  expect(proof?.witnessed).toBeUndefined()
})

test('a stream of lines has only facts by default', async () => {
  const lines: string[] = []
  for await (const line of desk.as('SG').export()) lines.push(line)
  expect(lines).toHaveLength(15)
  expect(lines.some(isExportProof)).toBe(false)
  const { problems, proof } = await verified(lines)
  expect([problems, proof]).toEqual([[], { included: 0, newer: 0, problems: [] }])
})

test('it is consistent with what a witness has seen, at any desk', async () => {
  const seen = await seenNow()
  expect(seen).toHaveLength(2)
  await write(2)
  const other = await desks.start('second')
  for (const by of [desk, other]) {
    await expect.poll(async () => (await exportOf('SG', [], by)).filter(line => !isExportProof(line)).length, soon).toBe(21)
    const { problems, proof } = await verified(await exportOf('SG', seen, by), { witnessing: { seen } })
    expect(problems).toEqual([])
    expect(proof).toMatchObject({ included: 21, witnessed: 15 })
  }
})

test('without a consistency proof, it cannot be checked against what a witness has seen', async () => {
  const seen = await seenNow()
  await write(1)
  const { problems } = await verified(await exportOf('SG'), { witnessing: { seen } })
  expect(problems.map(({ message }) => message)).toEqual([
    'there is no consistency proof from what the witness has seen. Make the export with --checkpoint and this file',
    'there is no consistency proof from what the witness has seen. Make the export with --checkpoint and this file',
  ])
})

test('an export of one request says so, and contains nothing else', async () => {
  const [first = ''] = await exportOf('SG')
  const { subject } = JSON.parse(first) as { subject: string }
  const response = await fetch(`${desk.url}/v1/stream?requestId=${subject}`, {
    headers: { authorization: `Bearer ${await desk.token('SG')}`, accept: 'application/x-ndjson; proof=tree' },
  })
  const { problems, proof } = await verified((await response.text()).split('\n').slice(0, -1))
  expect(problems).toEqual([])
  expect(proof).toMatchObject({ statement: { requestId: subject, size: 3 }, included: 3 })
})

test('the engine proves that a checkpoint is consistent with any earlier one', async () => {
  const [seen] = await seenNow()
  if (!seen) throw new Error('a tree was signed')
  const proof = unwrap(await desk.as('SG').checkpointProof(seen.origin, 1))
  expect(proof.from).toBe(1)
  expect(proof.proof.length).toBeGreaterThan(0)
  expect(await desk.as('SG').checkpointProof(seen.origin, 1_000_000)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } })
  expect(await desk.as('SG').checkpointProof('example.com/log', 1)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } })
})
