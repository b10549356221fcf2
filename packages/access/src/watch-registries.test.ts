import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configSchemaWithPort, createLog } from '@holdfast/runtime'
import { createOperatorVerifier, createTokenVerifier, makeKey, signOperatorToken, signToken } from '@holdfast/trust'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { watchRegistries } from './watch-registries.ts'

let folder: string
let stop = () => {}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-registries-'))
})
afterEach(() => {
  stop()
  rmSync(folder, { recursive: true })
})

const now = new Date()
const clock = { now: () => now, clockSkewSeconds: 0 }
const [member, operator, successor] = [makeKey('k'), makeKey('night'), makeKey('day')]
const singapore = { country: 'SG', name: 'Singapore', keys: { keys: [member.publicKey] } }

function put(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(`${path}.new`, typeof content === 'string' ? content : JSON.stringify(content))
  renameSync(`${path}.new`, path)
  return path
}

/** The member and the operator that are accepted now. */
async function watching() {
  const lines: string[] = []
  const config = configSchemaWithPort(0).parse({
    HOLDFAST_DATA: folder,
    HOLDFAST_MEMBERS: put('members.json', { members: [singapore] }),
    HOLDFAST_OPERATORS: put('operators.json', { keys: [operator.publicKey] }),
  })
  const registries = watchRegistries(config, createLog('test', 'info', { write: line => lines.push(line) }))
  stop = registries.stop
  const verify = createTokenVerifier({ members: registries.members, ...clock })
  const verifyOperator = createOperatorVerifier({ operators: registries.operators, ...clock })
  const actor = { country: 'SG', role: 'officer', person: 'a.tan' } as const
  const ofMember = `Bearer ${await signToken({ actor, key: member.privateKey, kid: 'k', ttlSeconds: 60, now })}`
  const ofOperator = `Bearer ${await signOperatorToken(operator.privateKey, 'night', 60, now)}`
  return { taken: async () => [(await verify(ofMember)).ok, (await verifyOperator(ofOperator)).ok], lines }
}

test('a member or operator who is removed from its file is refused within a second', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { taken } = await watching()
  // Each file changes just after the engine checked both: the longest wait for the next check.
  const lookAtBoth = () => vi.advanceTimersToNextTimer().advanceTimersToNextTimer()
  const passAlmostASecond = () => vi.advanceTimersByTime(999)
  lookAtBoth()
  expect(await taken()).toEqual([true, true])
  put('operators.json', { keys: [successor.publicKey] })
  passAlmostASecond()
  expect(await taken()).toEqual([true, false])
  lookAtBoth()
  put('members.json', { members: [] })
  passAlmostASecond()
  expect(await taken()).toEqual([false, false])
})

test('an invalid file locks out no principal, and the log says that the last valid one stays in force', async () => {
  const { taken, lines } = await watching()
  put('members.json', '{')
  put('operators.json', { keys: [{ ...operator.privateKey }] })
  await expect.poll(() => lines.filter(line => line.includes('stays in force'))).toHaveLength(2)
  expect(await taken()).toEqual([true, true])
  expect(lines.join()).not.toContain(operator.privateKey.d)
})
