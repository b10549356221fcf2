import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { noDefaultUser, type Principal, redisOperator, redisUser } from '@holdfast/access/backends'
import type { Passwords } from './passwords.ts'

interface RedisAclOptions {
  readonly path: string
  readonly principals: readonly Principal[]
  readonly passwords: Passwords
  readonly prefix: string
  readonly isDry: boolean
  say(words: string): void
}

/**
 * Writes the users of Redis in the format of its setting `aclfile`: the services, and `operator`, who administers it.
 */
export function writeRedisAcl({ path, principals, passwords, prefix, isDry, say }: RedisAclOptions): void {
  const users = principals.flatMap(({ redis, ...of }) => (redis ? [{ ...of, redis }] : []))
  const lines = [
    noDefaultUser,
    redisOperator(passwords('redis', 'operator').text),
    ...users.map(of => redisUser(of, passwords('redis', of.name).text, prefix)),
  ]
  const text = `${lines.join('\n')}\n`
  const names = users.map(({ name }) => name).join(', ')
  if (textIn(path) === text) {
    say(`${path} is up to date: ${names}`)
    return
  }
  say(`wrote ${path}: ${names}; "ACL LOAD" has Redis take it`)
  if (isDry) return
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

function textIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
