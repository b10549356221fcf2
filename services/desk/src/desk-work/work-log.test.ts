import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainStart, type WorkDraft, workTopic, workType } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { chainWork } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testWords } from '../../test/encryption.ts'
import { paymentStopsOnly } from '../../test/one-workflow.ts'
import { testSecret } from '../../test/secret.ts'
import { createPageQueue } from '../page-queue.ts'
import { createRequestProjection } from '../projection/request-projection.ts'
import { createDeskPersons } from './desk-persons.ts'
import { workLog } from './get-work-log.ts'
import { createWorkProjection, type WorkProjection } from './work-projection.ts'

const dir = mkdtempSync(join(tmpdir(), 'holdfast-work-log-'))
const requestId = '0190a3e5-7c1a-5b6c-8d9e-0f1a2b3c4d5e'
let file: SqliteFile
let work: WorkProjection
let lines: string[]
beforeAll(async () => {
  file = openSqlite(join(dir, 'desk.sqlite'), { durable: false })
  createRequestProjection(paymentStopsOnly, file, testSecret, testWords)
  work = createWorkProjection(file, createDeskPersons(testSecret, testWords))
  lines = chainOf(201)
  const { name: topic } = workTopic('SG')
  const records = lines.map((value, offset) => ({ topic, partition: 0, offset, key: 'SG', value, headers: {}, timestampMs: 0 }))
  await work.take('SG', records)
})
afterAll(async () => {
  await file.close()
  rmSync(dir, { recursive: true })
})

function chainOf(length: number): string[] {
  let end = { sequence: 0, hash: chainStart }
  return Array.from({ length }, (_, n) => {
    const draft = {
      specversion: '1.0',
      id: `note/${n}`,
      source: '/holdfast/desk',
      type: workType('NoteTaken'),
      subject: requestId,
      time: '2024-07-23T03:00:00.000Z',
      actor: 'SG/officer/a.tan',
      country: 'SG',
      data: { text: `note ${n}` },
    } as WorkDraft
    const event = chainWork(draft, end)
    end = event
    return JSON.stringify(event)
  })
}
const logOf = (mayRead: () => boolean) => workLog({ turns: createPageQueue(), work, workCipher: testWords }, 'SG', mayRead)

test('the work log is sent in parts, oldest first', async () => {
  const parts: string[] = []
  for await (const part of logOf(() => true)) parts.push(part)
  expect(parts).toHaveLength(2)
  expect(parts.join('')).toBe(lines.map(line => `${line}\n`).join(''))
})

test('a caller who loses access gets no further part, and detects that the log is cut', async () => {
  let speaks = true
  const log = logOf(() => speaks)
  expect((await log.next()).value).toContain('note/199')
  speaks = false
  await expect(log.next()).rejects.toThrow('access to the work log ended during the export')
})
