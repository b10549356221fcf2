import { expect, test } from 'vitest'
import { linesOfXml } from './lines-of-xml.ts'

test('what stands within an element stands on lines of its own, further in, and texts stay as they are', () => {
  expect(linesOfXml('<?xml version="1.0"?><a><b>x y</b><c><d/><e>&lt;z</e></c></a>\n')).toBe(
    ['<?xml version="1.0"?>', '<a>', '  <b>x y</b>', '  <c>', '    <d/>', '    <e>&lt;z</e>', '  </c>', '</a>'].join('\n'),
  )
})
