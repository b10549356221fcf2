import { type Translate, useTranslate } from '../locales/index.ts'

/** The text of a code. A code that this page does not know stays as it is. */
export const codeLabel = (code: string, t: Translate): string => t.find(`codes.${code}`) ?? code

/** Codes that authorities and banks use among each other. `history` or `cybercrime` is a word of this API. */
const isOfAuthorities = (code: string): boolean => /^[A-Z0-9_]+$/.test(code)

/** A code as text, with the code itself for messages to other authorities. */
export function Code({ code }: { readonly code: string }) {
  const t = useTranslate()
  const word = codeLabel(code, t)
  return word === code ? (
    <bdi>{code}</bdi>
  ) : (
    <>
      {word} {isOfAuthorities(code) && <bdi className="quiet small">{code}</bdi>}
    </>
  )
}

export const fieldLabel = (name: string, t: Translate): string => t.find(`fields.${name}`) ?? name

/** A place in a document or a command, as a JSON Pointer, in the reader's words: `amount › value`. What has no words stays as it is. */
export const pointerLabel = (path: string, t: Translate): string =>
  path
    .split('/')
    .filter(name => name !== '' && name !== 'data')
    .map(name => fieldLabel(name, t))
    .join(t.direction === 'rtl' ? ' ‹ ' : ' › ')

/** What a state is called: of one that this page does not know, its own name. */
export const stateName = (state: string, t: Translate): string => t.find(`states.${state}`) ?? t.find(`phases.${state}`) ?? state
