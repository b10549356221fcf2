import type { Phase } from '@holdfast/schemas'
import { useWords, type Words } from '../words/index.ts'

/** The words of a code, where it is one; a text of somebody's own stays as it is. */
export const codeWord = (code: string, words: Words): string => (words.codes as Readonly<Record<string, string>>)[code] ?? code

/** Those that authorities and banks use among each other. `history` or `cybercrime` is a word of ours, and English. */
const isOfAuthorities = (code: string): boolean => /^[A-Z0-9_]+$/.test(code)

/** A code in words, with the code itself beside it for who writes to another authority. */
export function Code({ code }: { readonly code: string }) {
  const words = useWords()
  const word = codeWord(code, words)
  return word === code ? (
    <bdi>{code}</bdi>
  ) : (
    <>
      {word} {isOfAuthorities(code) && <bdi className="quiet small">{code}</bdi>}
    </>
  )
}

export const fieldWord = (name: string, words: Words): string => (words.fields as Readonly<Record<string, string>>)[name] ?? name

/** A place in a document or a command, as a JSON Pointer, in the reader's words: `amount › value`. What has no words stays as it is. */
export const placeWord = (path: string, words: Words): string =>
  path
    .split('/')
    .filter(name => name !== '' && name !== 'data')
    .map(name => fieldWord(name, words))
    .join(words.direction === 'rtl' ? ' ‹ ' : ' › ')

/** What a state is called: of one that this page does not know, its own name. */
export const stateName = (state: string, words: Words): string =>
  (words.states as Readonly<Record<string, string>>)[state] ?? words.phases[state as Phase] ?? state
