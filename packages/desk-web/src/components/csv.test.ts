import { expect, test } from 'vitest'
import { csvCell, csvOf } from './csv.ts'

test.each([
  ['plain', '"plain"'],
  ['a, b', '"a, b"'],
  ['say "no"', '"say ""no"""'],
  ['two\nlines', '"two\nlines"'],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['REF;=1+1', `"REF;'=1+1"`],
  ['REF\t@cmd', `"REF\t'@cmd"`],
  ['REF; x', '"REF; x"'],
  ['+65 6555', `"'+65 6555"`],
  ['@cmd', `"'@cmd"`],
  ['-12.50', '"-12.50"'],
  ['-2+3', `"'-2+3"`],
])('the cell %j stands as %j', (value, cell) => expect(csvCell(value)).toBe(cell))

test('a table is UTF-8 with a byte order mark, a line per row', () => {
  expect(
    csvOf([
      ['Créancier', 'b'],
      ['1', ''],
    ]),
  ).toBe('\u{feff}"Créancier","b"\r\n"1",""\r\n')
})
