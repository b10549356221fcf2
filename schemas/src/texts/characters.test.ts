import { commandSchema, freezeRequestSchema } from '@holdfast/payment-stop/language'
import { growthOf } from '@holdfast/test-kit/ratios'
import { buildRequest } from '@holdfast/test-kit/requests'
import { describe, expect, test } from 'vitest'
import { parseStored, parseWith } from '../problems.ts'
import { accountNumberSchema, comparable, lineSchema, nameSchema, paymentTextSchema, textSchema, withoutHidden } from './characters.ts'

const name = nameSchema(140)
const complaintOf = (schema: ReturnType<typeof nameSchema>, text: string) => schema.safeParse(text).error?.issues[0]?.message

describe('a name', () => {
  test.each([
    ['Latin with its marks', 'José Núñez-Đặng, d’Arc & Söhne (Nfl.)'],
    ['Chinese', '李小龍'],
    ['Japanese with the form of a letter', '渡邉\u{e0101}太郎'],
    ['Arabic', 'محمد عبد الله'],
    ['Persian, which needs its joiner', 'می\u200cخواهم'],
    ['Hindi with a joiner', 'क्\u200dष'],
    ['Russian and Latin words', 'ООО «Ромашка» Trading Ltd'],
    ['Greek and Latin words', 'Ωμέγα Shipping SA'],
    ['a no-break space', 'A\u00a0B'],
  ])('in %s is accepted', (_what, text) => {
    expect(complaintOf(name, text)).toBeUndefined()
  })

  test.each([
    ['a line break', 'Tan\nPte', 'U+000A at character 4'],
    ['a carriage return', 'Tan\r', 'U+000D at character 4'],
    ['a C1 control', '\u009b31mTan', 'U+009B at character 1'],
    ['a direction override', 'Tan\u202egnol', 'U+202E at character 4'],
    ['an isolate', '\u2066Tan', 'U+2066 at character 1'],
    ['a direction mark', 'Tan\u200e', 'U+200E at character 4'],
    ['an Arabic letter mark', 'Tan\u061c', 'U+061C at character 4'],
    ['a zero-width space', 'T\u200ban', 'U+200B at character 2'],
    ['a joiner between Latin letters', 'T\u200dan', 'U+200D at character 2'],
    ['a joiner at the end', 'می\u200c', 'U+200C at character 3'],
    ['a word joiner', 'T\u2060an', 'U+2060 at character 2'],
    ['a byte order mark', '\ufeffTan', 'U+FEFF at character 1'],
    ['a soft hyphen', 'T\u00adan', 'U+00AD at character 2'],
    ['a blank letter', 'T\u3164an', 'U+3164 at character 2'],
    ['a tag', 'Tan\u{e0041}', 'U+E0041 at character 4'],
    ['a line separator, after a character of two UTF-16 units', '😀\u2028', 'U+2028 at character 2'],
    ['a Cyrillic letter in a Latin word', 'Dili Tr\u0430ding', 'U+0430 at character 8'],
    ['a Latin letter in a Cyrillic word', 'Р\u043eмaшка', 'U+0420 at character 1'],
    ['a Greek letter in a Latin word', 'B\u03bfb', 'U+03BF at character 2'],
  ])('with %s is refused, with the character and its position', (_what, text, where) => {
    expect(complaintOf(name, text)).toContain(where)
  })
})

describe('a text of a million characters, the limit of a record, is refused in linear time', () => {
  const many =
    (piece: string, end = '', start = '') =>
    (length: number) =>
      start + piece.repeat(length / piece.length) + end
  /**
   * Linear work takes a hundred times as long for a hundred times the length; quadratic work takes ten thousand times.
   */
  const sizes = { size: 1_000_000, smaller: 10_000, max: 1_000 }
  const fields = { name, line: lineSchema(140), text: textSchema(1, 4000), payment: paymentTextSchema(35), account: accountNumberSchema }
  test.each([
    ['one Latin word', many('y')],
    // A regular expression engine knows that a one-byte text has no such letter.
    ['one Latin word after a Cyrillic one', many('y', '', 'л ')],
    ['one Latin word that ends in Greek', many('y', 'ο')],
    ['one Cyrillic word', many('л')],
    ['Latin words, and one Cyrillic at the end', many('yy ', ' л')],
    ['letters with marks', many('e\u0301')],
    ['joiners', many('\u200d')],
    ['Persian with joiners', many('ی\u200c')],
    ['digits', many('7')],
    ['spaces', many(' ', 'x')],
    ['line breaks', many('\n')],
    ['half surrogate pairs', many('\ud83d')],
  ])('%s', (_what, textOf) => {
    const texts = new Map([sizes.size, sizes.smaller].map(size => [size, textOf(size)]))
    const slow = Object.entries(fields).filter(([, schema]) => {
      expect(schema.safeParse(texts.get(sizes.size)).success).toBe(false)
      return growthOf(size => schema.safeParse(texts.get(size)), sizes) > sizes.max
    })
    expect(slow.map(([field]) => field)).toEqual([])
  })
})

test('a payment reference is ASCII without a space at either end', () => {
  const reference = paymentTextSchema(35)
  for (const text of ['TX-1', "a/b?c:d(e).,'+ {}", 'INV 12', '0x9f']) expect(reference.safeParse(text).success).toBe(true)
  expect(complaintOf(reference, 'TX\uff11')).toContain('U+FF11 at character 3')
  expect(complaintOf(reference, 'Т1')).toContain('U+0422 at character 1')
  expect(complaintOf(reference, 'TX-1\n')).toContain('U+000A at character 5')
  expect(complaintOf(reference, ' TX-1')).toBe('must not begin or end with a space')
})

test('a reference of an authority may use its own script, and every character is visible', () => {
  const reference = lineSchema(35)
  for (const text of ['（2024）京01刑初1号', 'C-118/2024', 'СУ-12/А']) expect(reference.safeParse(text).success).toBe(true)
  expect(complaintOf(reference, 'C-118\u200b')).toContain('U+200B at character 6')
})

test('free text may have lines and direction marks, but nothing that changes its direction', () => {
  const facts = textSchema(1, 4000)
  for (const text of ['one\r\ntwo\tthree', 'שלום\u200f, 12', 'soft\u00adhyphen\u200b']) expect(facts.safeParse(text).success).toBe(true)
  expect(complaintOf(facts, 'paid \u202e00.1')).toContain('U+202E at character 6')
  expect(complaintOf(facts, 'title \u009d0;x')).toContain('U+009D at character 7')
  expect(withoutHidden('paid \u202e00.1\u0085')).toBe('paid 00.1')
})

test('a refusal has the pointer of the character’s field', () => {
  const { payment } = buildRequest()
  const request = buildRequest({
    victim: { name: 'A\u202eB' },
    offence: { facts: `${'x'.repeat(20)}\u0085` },
    payment: { ...payment, endToEndId: 'E\u200b2E', creditor: { name: 'T\u0430n', account: { other: '0012003\uff14' } } },
  })
  const parsed = parseWith(freezeRequestSchema, request)
  expect(parsed.ok ? [] : parsed.error.map(({ path, message }) => `${path} ${/U\+[0-9A-F]{4}/.exec(message)?.[0]}`).sort()).toEqual([
    '/offence/facts U+0085',
    '/payment/creditor/account/other U+FF14',
    '/payment/creditor/name U+0430',
    '/payment/endToEndId U+200B',
    '/victim/name U+202E',
  ])
})

test('a text stored under an earlier character rule is still accepted, and other invalid data is not', () => {
  const { payment } = buildRequest()
  const request = buildRequest({ victim: { name: 'A\nB' }, payment: { ...payment, creditor: { account: { other: '00\u20601' } } } })
  const command = {
    specversion: '1.0',
    id: 'c',
    source: '/holdfast/intake',
    type: 'holdfast.command.v1.OpenRequest',
    subject: '7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e31',
    time: '2024-07-23T02:20:00Z',
    actor: 'SG/system/ncb',
    data: { request },
  }
  expect(parseWith(commandSchema, command).ok).toBe(false)
  expect(parseStored(commandSchema, command)).toEqual({ ok: true, value: command })
  const long = { ...command, data: { request: { ...request, victim: { ...request.victim, name: `\n${'x'.repeat(140)}` } } } }
  expect(parseStored(commandSchema, long).ok).toBe(false)
})

test('numbers compare equal in every notation', () => {
  expect(comparable('de89 3704-0044.0532 0130 00')).toBe('DE89370400440532013000')
  expect(comparable('\uff10\uff11')).toBe('01')
})
