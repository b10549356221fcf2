import { type FactEvent, factTypePrefix, type Share, type SharedUnit, storedActor } from '@holdfast/schemas'

const sharedType = `${factTypePrefix}RequestShared`
const shareWithdrawnType = `${factTypePrefix}ShareWithdrawn`

/** The shares after one more fact; the same array if the fact does not concern them. */
export function sharedAfter(known: readonly Share[], fact: FactEvent): readonly Share[] {
  if (fact.type === sharedType) {
    const { with: unit, extent } = fact.data as Pick<Share, 'with' | 'extent'>
    const share = { share: fact.sequence, with: unit, extent, sharedBy: storedActor(fact).actor, sharedAt: fact.time }
    return [...known.filter(each => !isSameUnit(each.with, unit)), share]
  }
  if (fact.type !== shareWithdrawnType) return known
  const { share: withdrawn } = fact.data as Pick<Share, 'share'>
  return known.filter(({ share }) => share !== withdrawn)
}

export const isSameUnit = (one: SharedUnit, other: SharedUnit): boolean => one.country === other.country && one.unit === other.unit
