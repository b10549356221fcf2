import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MemberActor } from '@holdfast/schemas'
import { type MadeKey, type MembersFile, membersFileName, signToken } from '@holdfast/trust'

/** Replaces the registry as its administrator does. Services use it after their next check of the file. */
export function register({ dataDir }: { readonly dataDir: string }, country: string, what: object): void {
  const path = join(dataDir, membersFileName)
  const { members } = JSON.parse(readFileSync(path, 'utf8')) as MembersFile
  const changed = members.map(member => (member.country === country ? { ...member, ...what } : member))
  writeFileSync(`${path}.new`, JSON.stringify({ members: changed }))
  renameSync(`${path}.new`, path)
}

/** The public part of a key in the form of the registry. */
export const keySetOf = ({ publicKey }: MadeKey): object => ({ keys: [publicKey] })

/** A token signed by a person's or institution's own key. */
export const tokenBy = ({ privateKey }: MadeKey, actor: MemberActor, now = new Date()): Promise<string> =>
  signToken({ actor, key: privateKey, kid: privateKey.kid, ttlSeconds: 300, now })
