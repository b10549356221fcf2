import { type Fact, isFact, isKnownFact, type Share, type SharedUnit, storedActor, type UnknownFact } from '@holdfast/schemas'

/** The shares after one more fact; the same array if the fact does not concern them. */
export function sharedAfter(known: readonly Share[], fact: Fact | UnknownFact): readonly Share[] {
  if (!isKnownFact(fact)) return known
  if (isFact(fact, 'RequestShared')) {
    const { with: unit, extent } = fact.data
    const share = { share: fact.sequence, with: unit, extent, sharedBy: storedActor(fact).actor, sharedAt: fact.time }
    return [...known.filter(each => !isSameUnit(each.with, unit)), share]
  }
  return isFact(fact, 'ShareWithdrawn') ? known.filter(({ share }) => share !== fact.data.share) : known
}

export const isSameUnit = (one: SharedUnit, other: SharedUnit): boolean => one.country === other.country && one.unit === other.unit
