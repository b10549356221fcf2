/** ISO 20022 additional information. */
const lineCharacters = 105

/** A text as lines of at most 105 characters, broken between words where it can be. */
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

/** A word longer than a line, in pieces that fit. */
function pieces(word: string): string[] {
  const characters = [...word]
  if (characters.length <= lineCharacters) return word === '' ? [] : [word]
  return [characters.slice(0, lineCharacters).join(''), ...pieces(characters.slice(lineCharacters).join(''))]
}

/** What is not in SWIFT's character set X, as the nearest that is: letters without their accents, everything else a full stop. */
export const inSwiftCharacters = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^0-9a-zA-Z/\-?:().,'+ ]/gu, '.')
