import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startProcess } from '../../../test-kit/src/start-process.ts'
import { silentLog } from '../log.ts'
import { openStoredMemberships, type StoredMemberships } from './stored-memberships.ts'

// The kernel releases the lock, and names its boot: on Linux.
const onLinux = test.runIf(existsSync('/proc/sys/kernel/random/boot_id'))

let folder: string
let path: string
const opened: StoredMemberships[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-memberships-'))
  path = join(folder, 'memberships.sqlite')
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map(each => each.close()))
  rmSync(folder, { recursive: true, force: true })
})
const open = (boot?: string): StoredMemberships => {
  const memberships = openStoredMemberships({ path, log: silentLog, ...(boot ? { boot } : {}) })
  opened.push(memberships)
  return memberships
}

/** A process that is a member of `ledger` as `ledger-1`, and says so. */
async function startHolder() {
  const holder = startProcess(process.execPath, [fileURLToPath(new URL('../../test/holds-membership.ts', import.meta.url)), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  return holder
}

onLinux('what a killed process was a member of is found by the next one, and by no other after that one has joined', async () => {
  const holder = await startHolder()
  const gone = once(holder, 'exit')
  holder.kill('SIGKILL')
  await gone
  const next = open()
  expect(next.ofPredecessor('ledger')).toBe('ledger-1')
  expect(next.ofPredecessor('dispatch')).toBeUndefined()
  next.store('ledger', 'ledger-2')
  expect(next.ofPredecessor('ledger')).toBeUndefined()
  await next.close()
  expect(open().ofPredecessor('ledger')).toBe('ledger-2')
})

onLinux('nothing is said of a process that lives, asleep or not, and it goes on keeping', async () => {
  const holder = await startHolder()
  try {
    holder.kill('SIGSTOP')
    const other = open()
    expect(other.ofPredecessor('ledger')).toBeUndefined()
    other.store('ledger', 'ledger-3')
    await other.close()
  } finally {
    const gone = once(holder, 'exit')
    holder.kill('SIGKILL')
    await gone
  }
  expect(open().ofPredecessor('ledger')).toBe('ledger-1')
})

onLinux('who left its group is not a predecessor', async () => {
  const first = open()
  first.store('ledger', 'ledger-1')
  first.forget('ledger')
  await first.close()
  expect(open().ofPredecessor('ledger')).toBeUndefined()
})

test('memberships from before a reboot are ignored: their lock may have been of another machine', async () => {
  const first = open('one run')
  first.store('ledger', 'ledger-1')
  await first.close()
  const second = open('another run')
  expect(second.ofPredecessor('ledger')).toBeUndefined()
  await second.close()
  expect(open('one run').ofPredecessor('ledger')).toBe('ledger-1')
})

test('an invalid or unwritable file stops no process', async () => {
  writeFileSync(path, 'these are no memberships'.repeat(1_000))
  const damaged = open('one run')
  expect(damaged.ofPredecessor('ledger')).toBeUndefined()
  damaged.store('ledger', 'ledger-1')
  await damaged.close()
  expect(open('one run').ofPredecessor('ledger')).toBe('ledger-1')
  writeFileSync(join(folder, 'no-folder'), '')
  expect(
    openStoredMemberships({ path: join(folder, 'no-folder', 'x.sqlite'), log: silentLog, boot: 'one run' }).ofPredecessor('ledger'),
  ).toBeUndefined()
})
