import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MemberActor } from '@holdfast/schemas'
import { type MadeKey, type MembersFile, membersFileName, signToken } from '@holdfast/trust'

/** Another registry takes the place of the one in force, as whoever keeps it puts it there; it counts once it has been looked at. */
export function register({ dataDir }: { readonly dataDir: string }, country: string, what: object): void {
  const path = join(dataDir, membersFileName)
  const { members } = JSON.parse(readFileSync(path, 'utf8')) as MembersFile
  const changed = members.map(member => (member.country === country ? { ...member, ...what } : member))
  writeFileSync(`${path}.new`, JSON.stringify({ members: changed }))
  renameSync(`${path}.new`, path)
}

/** The public part of a key as the registry has it. */
export const keySetOf = ({ publicKey }: MadeKey): object => ({ keys: [publicKey] })

/** A token by somebody's own key. */
export const tokenBy = ({ privateKey }: MadeKey, actor: MemberActor, now = new Date()): Promise<string> =>
  signToken({ actor, key: privateKey, kid: privateKey.kid, ttlSeconds: 300, now })
