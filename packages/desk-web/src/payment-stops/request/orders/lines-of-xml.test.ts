import { expect, test } from 'vitest'
import { linesOfXml } from './lines-of-xml.ts'

test('nested elements are on indented lines of their own, and texts stay unchanged', () => {
  expect(linesOfXml('<?xml version="1.0"?><a><b>x y</b><c><d/><e>&lt;z</e></c></a>\n')).toBe(
    ['<?xml version="1.0"?>', '<a>', '  <b>x y</b>', '  <c>', '    <d/>', '    <e>&lt;z</e>', '  </c>', '</a>'].join('\n'),
  )
})
