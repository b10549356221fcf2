/** ISO 20022 additional information. */
const lineCharacters = 105

/** A text in lines of at most 105 characters, broken between words where possible. */
export function linesOf(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).flatMap(pieces)) {
    if (line !== '' && [...line, ...word].length + 1 > lineCharacters) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}

/** Splits a word that is longer than a line. */
function pieces(word: string): string[] {
  const characters = [...word]
  if (characters.length <= lineCharacters) return word === '' ? [] : [word]
  return [characters.slice(0, lineCharacters).join(''), ...pieces(characters.slice(lineCharacters).join(''))]
}

/** Replaces characters outside SWIFT's character set X: letters lose their accents, others become a full stop. */
export const inSwiftCharacters = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^0-9a-zA-Z/\-?:().,'+ ]/gu, '.')
