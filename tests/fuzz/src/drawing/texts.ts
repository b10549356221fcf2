import type { Chance } from '../../../simulation/src/chance/chance.ts'

/** In the texts of inputs, with the input's number: a log that contains it has logged input. */
export const textOfInput = (number: number): string => `kanari${number}q`
export const textOfAnyInput = /kanari\d+q/

/** Characters that are invalid in names, numbers and references, or that careless code misreads. */
const awkward = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfffy',
  '\u202egnp.exe',
  '\u2066left\u2069',
  'zero\u200bwidth\u200d',
  '\ufeffmark',
  '\u0085\u2028\u2029',
  'a\tb\r\nSet-Cookie: x=1',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '../../../../etc/passwd',
  '..\\..\\boot.ini',
  "' OR '1'='1",
  '"; --',
  '%s%n%x',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is input.
  '${jndi:ldap://x.invalid/a}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  ']]>',
  '&lt;&amp;&#0;&xxe;',
  'аpple',
  '李'.repeat(140),
  '\u0301'.repeat(300),
  '👩‍👩‍👧‍👦'.repeat(40),
  'null',
  'undefined',
  'NaN',
  'true',
  '-0',
  '1e999',
  '0x10',
  '９９',
  '2024-02-30T25:61:61+99:99',
  '-271821-04-20T00:00:00.000Z',
  '+275760-09-13T00:00:00.001Z',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
]

const lengths = [36, 141, 351, 4_000, 4_001, 20_000]

/** One in many exceeds every limit: it costs as much as hundreds of the others. */
const longest = 300_000

/** A text to send instead of another. */
export function awkwardText(chance: Chance, number: number): string {
  const roll = chance.next()
  if (roll < 0.15) return textOfInput(number)
  if (roll < 0.25) return chance.pick(['x', '李', '\u0000', '"', '\\']).repeat(chance.pick(lengths))
  if (roll < 0.252) return 'y'.repeat(longest)
  return chance.pick(awkward)
}

/** The same as an HTTP header can have it: one byte for each character, and no line end. */
export const headerText = (chance: Chance, number: number): string =>
  awkwardText(chance, number)
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '\u00e9')
    .slice(0, 8_000)
