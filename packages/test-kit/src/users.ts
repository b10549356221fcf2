import { spawnSync } from 'node:child_process'
import { startProcess } from './start-process.ts'

// Users of this machine, for what only its permissions can show. They need no names: a number is a user.

export interface User {
  readonly uid: number
  /** Groups that it belongs to in addition to its own, which has its number. */
  readonly groups: readonly number[]
}

/** Numbers that no system gives out by itself. */
const uidOf = (nth: number) => 61_700 + nth

export const root: User = { uid: 0, groups: [] }
export const firstBank: User = { uid: uidOf(1), groups: [] }
export const secondBank: User = { uid: uidOf(2), groups: [] }
/** Belongs to both banks' groups, so as to read what they write. */
export const engine: User = { uid: uidOf(3), groups: [firstBank.uid, secondBank.uid] }

/** Whether this process may be other users: root's may. Prints why tests are skipped where it may not, or throws when HOLDFAST_REQUIRE names users. */
export function hasUsers(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.getuid?.() === 0) return true
  const why = 'only root can be other users'
  if (env.HOLDFAST_REQUIRE?.split(',').includes('users')) throw new Error(`Users are required: ${why}`)
  console.log(`Tests with several users are skipped: ${why}`)
  return false
}

/** From here on this process touches files as this user; what it has loaded stays loaded. */
export function become({ uid, groups }: User): void {
  process.setgroups?.([...groups])
  process.setegid?.(uid)
  process.seteuid?.(uid)
}

export function becomeRoot(): void {
  process.seteuid?.(0)
  process.setegid?.(0)
  process.setgroups?.([0])
}

export interface ShellOutcome {
  readonly status: number | null
  readonly stderr: string
}

/** Runs a script of sh as another user, as its login would: with its group alone and what it makes open to its group. Only its own errors show in its status. */
export const shellOf = (user: User, script: string, cwd: string): ShellOutcome =>
  asRoot(() => {
    const { status, stderr } = spawnSync('/bin/sh', ['-c', `umask 027; ${script}`], {
      ...identityOf(user),
      cwd,
      encoding: 'utf8',
      timeout: 10_000,
    })
    return { status, stderr }
  })

/** The same, over and over until it is stopped. */
export function shellLoopOf(user: User, script: string, cwd: string): { stop(): Promise<void> } {
  const child = asRoot(() =>
    startProcess('/bin/sh', ['-c', `umask 027; while :; do ${script}; done`], { ...identityOf(user), cwd, stdio: 'ignore' }),
  )
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  return {
    async stop() {
      asRoot(() => child.kill('SIGKILL'))
      await ended
    },
  }
}

const identityOf = ({ uid }: User) => ({ uid, gid: uid, env: { PATH: '/usr/bin:/bin' } })

/** Only root can start a process of another user. Nothing else of this process runs meanwhile. */
function asRoot<T>(work: () => T): T {
  const user = process.geteuid?.() ?? 0
  if (user === 0) return work()
  const groups = process.getgroups?.() ?? []
  process.seteuid?.(0)
  try {
    return work()
  } finally {
    become({ uid: user, groups: groups.filter(group => group !== user) })
  }
}
