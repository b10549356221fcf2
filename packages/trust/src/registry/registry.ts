import { bytesOfNumber } from './key-numbers.ts'
import { keysOfMember, personsOfMember } from './key-owners.ts'
import type { Member, Members } from './members.ts'

/** The current members; they may change between two reads. */
export interface Registry extends Members {
  /** Called right after members or their keys changed. */
  onChange(listener: () => void): void
  /** Whether what an actor began may go on: its country is a member, and the key that signed for it is registered and has not ended. */
  stillSpeaks(actor: { readonly country: string; readonly signedBy?: string }, at: Date): boolean
  /** Whether some person of a country has a key of its own: then those of its systems prove no person. */
  hasPersons(country: string): boolean
}

export interface ChangingRegistry extends Registry {
  replace(members: ReadonlyMap<string, Member>): void
}

export function createRegistry(first: ReadonlyMap<string, Member>): ChangingRegistry {
  const listeners: (() => void)[] = []
  let members = first
  return {
    get: country => members.get(country),
    has: country => members.has(country),
    values: () => members.values(),
    onChange: listener => void listeners.push(listener),
    stillSpeaks({ country, signedBy }, at) {
      const member = members.get(country)
      if (!member || signedBy === undefined) return member !== undefined
      const wanted = bytesOfNumber(signedBy)
      for (const { jwk } of keysOfMember(member))
        if (bytesOfNumber(jwk.x) === wanted) return at.getTime() < (jwk.exp ?? Number.POSITIVE_INFINITY) * 1000
      return false
    },
    hasPersons(country) {
      const member = members.get(country)
      return member !== undefined && personsOfMember(member).size > 0
    },
    replace(next) {
      members = next
      for (const listener of listeners) listener()
    },
  }
}
