/** Files that hold the avoided wordings themselves. */
export const wordLists: readonly string[] = ['tests/language/avoided.ts', 'tests/language/language.test.ts', 'tests/language/exceptions.ts']

/**
 * Wordings that stay where they are. Labels in key derivation and additional data cannot change: recorded ciphertext
 * would no longer decrypt. Other fixtures are hashed into published vectors or name what they map.
 */
const exceptions: readonly (readonly [file: string, wording: string])[] = [
  ['packages/encryption/src/encrypted-values.ts', 'sealed'],
  ['packages/encryption/src/encrypted-values.test.ts', 'sealed'],
  ['packages/encryption/src/request-key.ts', 'sealed'],
  ['docs/vectors/reader/encrypted.py', 'sealed'],
  ['tests/vectors/encrypted-data.ts', 'sealed'],
  ['tests/vectors/export-lines.ts', 'nobody'],
  ['tests/vectors/histories.ts', 'nobody'],
  ['tests/vectors/two-countries.ts', 'nobody'],
  ['tests/replay/map-names.ts', 'led to'],
  ['tests/replay/map-names.ts', 'sealed'],
]

export const isException = (file: string, found: string): boolean =>
  exceptions.some(([of, wording]) => of === file && wording === found.toLowerCase())

/** Pages whose sentences and table cells are measured. */
export const isMeasured = (file: string): boolean => /^(?:[A-Z]+\.md|docs\/(?!vectors\/).*\.md)$/.test(file)
