import { expect, test } from 'vitest'
import { readXml } from './read-xml.ts'

// What a hostile sender may try. Each is refused with its reason; hostile.measure.test.ts compares its time and memory with those of an honest message.

function refusalOf(input: Uint8Array | string): string {
  const answer = readXml(input)
  if (answer.ok) throw new Error('it was read')
  expect(answer.error.length).toBeGreaterThan(0)
  expect(JSON.stringify(answer.error).length).toBeLessThan(10_000)
  return answer.error.map(({ path, message }) => `${path} ${message}`.trim()).join('; ')
}

const noDoctype = 'a DOCTYPE is refused: no message of a bank has one'
const utf16 = (text: string, mark = '\ufeff') => Buffer.from(mark + text, 'utf16le')
const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16()

test('an entity bomb never goes off', () => {
  const entities = Array.from({ length: 30 }, (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`).join('')
  expect(refusalOf(`<!DOCTYPE x [<!ENTITY e0 "lol">${entities}]><x>&e30;</x>`)).toBe(noDoctype)
  expect(refusalOf(`<!DOCTYPE x [<!ENTITY long "${'a'.repeat(50_000)}">]><x>${'&long;'.repeat(50_000)}</x>`)).toBe(noDoctype)
})

test('an external entity or subset is never fetched', () => {
  expect(refusalOf('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>')).toBe(noDoctype)
  expect(refusalOf('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>')).toBe(noDoctype)
  expect(refusalOf('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><x/>')).toBe(noDoctype)
})

test('even a plain DOCTYPE is refused, and an undeclared entity', () => {
  expect(refusalOf('<?xml version="1.0"?><!-- first --><!DOCTYPE Document><Document/>')).toBe(noDoctype)
  expect(refusalOf('<x>&f;</x>')).toContain('not well-formed XML')
})

test('a document of 50 MB is refused before it is read', () => {
  expect(refusalOf(Buffer.alloc(50_000_000, '<x>'))).toBe('longer than 1000000 characters')
  expect(refusalOf('<x>'.repeat(17_000_000))).toBe('longer than 1000000 characters')
  expect(refusalOf(`<x>${'a'.repeat(1_000_000)}</x>`)).toBe('longer than 1000000 characters')
  expect(refusalOf(utf16(`<x>${'a'.repeat(1_000_000)}</x>`))).toBe('longer than 1000000 characters')
})

test('10,000 levels are refused at the 65th', () => {
  expect(refusalOf(`${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`)).toBe(`${'/a'.repeat(64)} nested deeper than 64 levels`)
  expect(readXml(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`).ok).toBe(true)
})

test('a flood of elements or attributes is refused at its limit', () => {
  expect(refusalOf(`<x>${'<y/>'.repeat(200_000)}</x>`)).toBe('/x more than 20000 elements')
  const many = Array.from({ length: 100_000 }, (_, index) => `a${index}=""`).join(' ')
  expect(refusalOf(`<x ${many}/>`)).toBe('more than 32 attributes on one element')
  expect(refusalOf(`<x>${`<y ${many.slice(0, 300)}/>`.repeat(3000)}</x>`)).toContain('more than 32 attributes')
  const each = Array.from({ length: 20 }, (_, index) => `a${index}=""`).join(' ')
  expect(refusalOf(`<x>${`<y ${each}/>`.repeat(2000)}</x>`)).toBe('/x more than 20000 attributes')
})

test.each(['<![CDATA[]]>', '<!---->', '<?p?>'])('a run of %s is refused at its limit', section => {
  expect(refusalOf(`<x>${section.repeat(70_000)}</x>`)).toBe('/x more than 1000 CDATA sections, comments and processing instructions')
  expect(readXml(`<x>${section.repeat(1_000)}</x>`).ok).toBe(true)
})

test('names and prefixes of any length and number cost no more than the text', () => {
  expect(refusalOf(`<${'n'.repeat(900_000)}>`)).toContain('not well-formed XML')
  expect(refusalOf(`<x a:b="" ${'p'.repeat(100_000)}:c=""/>`)).toContain('not well-formed XML')
  const deep = Array.from({ length: 60 }, (_, level) => `<a xmlns:p${level}="u${level}">`).join('')
  expect(refusalOf(`${deep}${'<q:b/>'.repeat(100_000)}`).length).toBeGreaterThan(0)
})

test('the same attribute twice, a broken or a second root, and nothing at all are no XML', () => {
  for (const text of [
    '<x a="" a=""/>',
    '<x><y></x>',
    '<x/><y/>',
    '<x',
    'x',
    '',
    '<x>\u0001</x>',
    '<x>&#0;</x>',
    '<x>]]></x>',
    '<x>\ud800</x>',
  ])
    expect(refusalOf(text), text).toContain('not well-formed XML')
  expect(refusalOf('<?xml version="1.1"?><x/>')).toContain('only XML 1.0 is read')
})

test('UTF-8 is read with and without a byte order mark, UTF-16 with one, each declared or not', () => {
  const xml = (encoding = '') => `<?xml version="1.0"${encoding}?><x>Müller 李 😀</x>`
  for (const bytes of [
    Buffer.from(xml()),
    Buffer.from(`\ufeff${xml(' encoding="UTF-8"')}`),
    utf16(xml(' encoding="UTF-16"')),
    swapped(utf16(xml(" encoding='utf-16'"))),
    swapped(utf16(xml())),
  ]) {
    const read = readXml(bytes)
    expect(read.ok && read.value.text).toBe('Müller 李 😀')
  }
})

test('a wrong, undeclared or unknown encoding is refused and never guessed', () => {
  expect(refusalOf(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><x>M\u00fcller</x>', 'latin1'))).toContain('not UTF-8')
  expect(refusalOf(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><x>Mueller</x>'))).toContain(
    'says that it is written in "ISO-8859-1"',
  )
  expect(refusalOf(Buffer.from('<?xml version="1.0" encoding="UTF-16"?><x/>'))).toContain('says that it is written in "UTF-16"')
  expect(refusalOf(utf16('<?xml version="1.0" encoding="UTF-8"?><x/>'))).toContain('says that it is written in "UTF-8"')
  expect(refusalOf(utf16('<x/>', ''))).toContain('UTF-16 without a byte order mark')
  expect(refusalOf(swapped(utf16('<x/>', '')))).toContain('UTF-16 without a byte order mark')
  expect(refusalOf(Buffer.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0]))).toContain('UTF-32')
  expect(refusalOf(Buffer.from([0x3c, 0x78, 0x3e, 0xff, 0xfe, 0x3c]))).toContain('not UTF-8 near byte 4')
  expect(refusalOf(utf16('<x>\ud800</x>'))).toContain('not UTF-16LE')
})
