import type { Audience } from '@holdfast/schemas'

/** By what a fact's request is found, beside its id and its case. */
export interface SaidWords {
  readonly words: readonly string[]
  readonly marks: readonly (readonly [country: Audience, mark: Buffer])[]
  /** Who may find it. */
  readonly countries: readonly Audience[]
}

/** Names stand in a full-text table `search_names` whose rows are the arrivals of facts, of which a word of each country is a word of its own, so that what others have is not even walked over (V16). It holds no text. */
export interface NameIndex {
  /** To be called within a write, and again where others may find it. */
  keep(arrival: number, said: SaidWords): void
  /** What matches rows of a country in which words begin so, all of them. */
  matching(country: Audience, words: readonly string[]): string
  /** To be called within a write: of facts whose words nobody can read any more nothing is left that was made of them. */
  forgetWords(arrivals: readonly number[]): void
  /** To be called within a write, while the facts of the partition are still there. */
  forget(partition: number): void
  /** To be called at the beginning of each write. */
  begin(): void
  clear(): void
}

export const deleteAllNames = "INSERT INTO search_names (search_names) VALUES ('delete-all')"
