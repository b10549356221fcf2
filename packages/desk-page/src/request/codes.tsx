import { useWords, type Words } from '../words/index.ts'

/** The words of a code, where it is one; a text of somebody's own stays as it is. */
export const codeWord = (code: string, words: Words): string => (words.codes as Readonly<Record<string, string>>)[code] ?? code

/** A code in words, with the code itself beside it for who writes to another authority. */
export function Code({ code }: { readonly code: string }) {
  const words = useWords()
  const word = codeWord(code, words)
  return word === code ? (
    <bdi>{code}</bdi>
  ) : (
    <>
      {word} <bdi className="quiet small">{code}</bdi>
    </>
  )
}

export const fieldWord = (name: string, words: Words): string => (words.fields as Readonly<Record<string, string>>)[name] ?? name
