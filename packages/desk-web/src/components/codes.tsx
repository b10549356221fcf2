import { useWords, type Words } from '../words/index.ts'

/** The words of a code, where it is one; a text of somebody's own stays as it is. */
/** The word of a code; one that this page does not know stays as it is. */
export const wordIn = (words: object, code: string): string => (words as Readonly<Record<string, string>>)[code] ?? code

export const codeLabel = (code: string, words: Words): string => wordIn(words.codes, code)

/** Those that authorities and banks use among each other. `history` or `cybercrime` is a word of ours, and English. */
const isOfAuthorities = (code: string): boolean => /^[A-Z0-9_]+$/.test(code)

/** A code in words, with the code itself beside it for who writes to another authority. */
export function Code({ code }: { readonly code: string }) {
  const words = useWords()
  const word = codeLabel(code, words)
  return word === code ? (
    <bdi>{code}</bdi>
  ) : (
    <>
      {word} {isOfAuthorities(code) && <bdi className="quiet small">{code}</bdi>}
    </>
  )
}

export const fieldLabel = (name: string, words: Words): string => wordIn(words.fields, name)

/** A place in a document or a command, as a JSON Pointer, in the reader's words: `amount › value`. What has no words stays as it is. */
export const pointerLabel = (path: string, words: Words): string =>
  path
    .split('/')
    .filter(name => name !== '' && name !== 'data')
    .map(name => fieldLabel(name, words))
    .join(words.direction === 'rtl' ? ' ‹ ' : ' › ')

/** What a state is called: of one that this page does not know, its own name. */
export const stateName = (state: string, words: Words): string => wordIn(state in words.states ? words.states : words.phases, state)
