import type { SessionView } from '@holdfast/schemas'
import type { KeyStore } from './give.ts'

/** The form of a command as an officer filled it in. Its values are personal data. */
export interface Draft {
  readonly requestId: string
  readonly command: string
  /** By path, as in the form. */
  readonly values: Readonly<Record<string, string>>
}

/** Whose draft it is. A sign-out since then in any tab of the browser ends it. */
export interface DraftOwner {
  readonly person: string
  readonly lastSignOut: string | null
}

type StoredDraft = Draft & DraftOwner & { readonly storedAtMs: number }

interface DraftsOptions {
  /** Storage of this tab alone. */
  readonly tab: KeyStore
  /** Storage that all tabs of the browser share. It gets no draft. */
  readonly shared: KeyStore
  nowMs(): number
}

/** A sign-in takes a few minutes. */
export const draftMsMax = 15 * 60_000
const draftName = 'holdfast-draft'
const signOutName = 'holdfast-last-sign-out'

const personOf = ({ country, role, unit, person }: SessionView): string => JSON.stringify([country, role, unit, person])

/** Keeps the draft of a person in her tab while she signs in again, because the sign-in leaves the page. */
export function createDrafts({ tab, shared, nowMs }: DraftsOptions) {
  const lastSignOut = (): string | null => shared.getItem(signOutName)
  const discard = (): void => tab.removeItem(draftName)

  /** Discards a draft that is old, from before a sign-out, or of another person. */
  function find(who: SessionView | null | undefined): Draft | undefined {
    const text = tab.getItem(draftName)
    if (text === null) return undefined
    const draft = JSON.parse(text) as StoredDraft
    const ageMs = nowMs() - draft.storedAtMs
    const isCurrent = ageMs >= 0 && ageMs < draftMsMax && draft.lastSignOut === lastSignOut()
    if (isCurrent && (!who || draft.person === personOf(who))) return draft
    discard()
    return undefined
  }

  return {
    discard,
    discardStale: (who: SessionView | null | undefined): void => void find(who),
    ownerOf: (who: SessionView): DraftOwner => ({ person: personOf(who), lastSignOut: lastSignOut() }),
    keep(draft: Draft, owner: DraftOwner): void {
      if (owner.lastSignOut !== lastSignOut()) return
      tab.setItem(draftName, JSON.stringify({ ...draft, ...owner, storedAtMs: nowMs() } satisfies StoredDraft))
    },
    /** The draft of this person for this request, which is then no longer stored. */
    take(who: SessionView, requestId: string): Draft | undefined {
      const draft = find(who)
      if (draft?.requestId !== requestId) return undefined
      discard()
      return draft
    },
    /** Ends the drafts of all tabs, also of those that are at the sign-in now. */
    endAll(): void {
      discard()
      shared.setItem(signOutName, crypto.randomUUID())
    },
  }
}

/** Unit tests import this file without a browser, so that its storages are found when they are used. */
const storeIn = (storage: () => Storage): KeyStore => ({
  getItem: name => storage().getItem(name),
  setItem: (name, text) => storage().setItem(name, text),
  removeItem: name => storage().removeItem(name),
})

/** The drafts of this tab. */
export const drafts = createDrafts({ tab: storeIn(() => sessionStorage), shared: storeIn(() => localStorage), nowMs: Date.now })
