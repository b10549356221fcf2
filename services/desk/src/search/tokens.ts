/**
 * The words of a text in comparable form: in lower case and without combining marks, which the index would take for
 * word ends in scripts other than Latin.
 */
export const tokensOf = (text: string): string[] => [
  ...new Set(
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu),
  ),
]
