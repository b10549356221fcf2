import fc from 'fast-check'
import type { Codec, Field, LeafKind, Shape } from '../../src/iso20022/codec/codec.ts'
import { definitions, type IsoMessage, type MessageKind } from '../../src/iso20022/message.ts'
import { businessHeader } from '../../src/iso20022/messages/header.ts'

// Any valid message, generated from the structure of the codecs, so that a new field is tested automatically.

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const digits = [...'0123456789']
const hex = [...digits, ...'abcdef']
const word = (units: readonly string[], minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...units), minLength, maxLength })

/** What XML has to escape or could lose, several scripts, and characters of two halves. */
const awkward = [...'aZ09 -/.<>&"\'\t\n\r', ']]>', '&amp;', 'é', '李', 'ж', '😀', '\u0085', '\u2028', '\ufffd', '\u007f']
const units = (minLength: number, maxLength: number) => fc.array(fc.constantFrom(...awkward), { minLength, maxLength })
/** Mostly short, sometimes as long as it may be. */
const text = (max: number) =>
  fc
    .oneof({ weight: 20, arbitrary: units(1, 8) }, { weight: 1, arbitrary: units(max, max) })
    .map(parts => [...parts.join('')].slice(0, max).join(''))

const year = fc.integer({ min: 1990, max: 2090 })
const two = (min: number, max: number) => fc.integer({ min, max }).map(number => String(number).padStart(2, '0'))
const date = fc.tuple(year, two(1, 12), two(1, 28)).map(parts => parts.join('-'))
const offset = fc.oneof(
  fc.constantFrom('', 'Z', '+14:00'),
  fc.tuple(fc.constantFrom('+', '-'), two(0, 13), two(0, 59)).map(([sign, h, m]) => `${sign}${h}:${m}`),
)
const dateTime = fc
  .tuple(
    date,
    two(0, 23),
    two(0, 59),
    two(0, 59),
    fc.oneof(
      fc.constant(''),
      word(digits, 1, 9).map(fraction => `.${fraction}`),
    ),
    offset,
  )
  .map(([day, h, m, s, fraction, zone]) => `${day}T${h}:${m}:${s}${fraction}${zone}`)

const decimal = (wholeMax: number, decimalsMax: number) =>
  fc
    .tuple(word(digits, 1, wholeMax), fc.oneof(fc.constant(''), word(digits, 1, decimalsMax)))
    .map(([whole, decimals]) => `${whole.replace(/^0+(?=.)/, '')}${decimals && `.${decimals}`}`)

const leaves: { readonly [L in Exclude<LeafKind, 'text' | 'option'>]: fc.Arbitrary<unknown> } = {
  code: fc.oneof(word([...letters, ...digits], 1, 4), fc.constantFrom('INDM', 'FRAD', 'NARR')),
  bic: fc.tuple(word(letters, 6), word([...letters, ...digits], 2), fc.constantFrom('', 'XXX', '0A1')).map(parts => parts.join('')),
  iban: fc.tuple(word(letters, 2), word(digits, 2), word([...letters, ...digits], 1, 30)).map(parts => parts.join('')),
  lei: fc.tuple(word([...letters, ...digits], 18), word(digits, 2)).map(parts => parts.join('')),
  uetr: fc
    .tuple(word(hex, 8), word(hex, 4), word(hex, 3), word([...'89ab'], 1), word(hex, 3), word(hex, 12))
    .map(([a, b, c, d, e, f]) => `${a}-${b}-4${c}-${d}${e}-${f}`),
  country: word(letters, 2),
  date,
  dateTime,
  money: fc.record({ currency: word(letters, 3), value: decimal(13, 5) }),
  rate: decimal(1, 10),
  sum: decimal(1, 17),
  count: word(digits, 1, 15),
  flag: fc.boolean(),
  json: fc
    .dictionary(
      fc.string({ unit: 'binary', maxLength: 8 }).filter(key => key !== '__proto__'),
      fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }),
      { maxKeys: 3 },
    )
    // JSON has no minus zero.
    .map(value => JSON.parse(JSON.stringify(value))),
}

function arbitraryOf(shape: Shape): fc.Arbitrary<unknown> {
  if (shape.kind === 'leaf') {
    if (shape.of === 'text') return text(shape.max ?? 35)
    if (shape.of === 'option') return fc.constantFrom(...(shape.options ?? []))
    // INDM is the only spelling that the model has.
    return leaves[shape.of].filter(value => value !== 'IDMN')
  }
  if (shape.kind === 'within') return arbitraryOf(shape.inner.shape)
  const fields = Object.entries(shape.fields)
  const values = Object.fromEntries(fields.map(([key, field]) => [key, valuesOf(field)]))
  if (shape.kind === 'choice') return fc.oneof(...Object.entries(values).map(([key, value]) => fc.record({ [key]: value })))
  const requiredKeys = fields.filter(([, { occurs }]) => occurs === 'one' || occurs === 'some').map(([key]) => key)
  return fc.record(values, { requiredKeys })
}

const valuesOf = ({ codec, occurs, max = 2 }: Field): fc.Arbitrary<unknown> =>
  occurs === 'many' || occurs === 'some'
    ? fc.array(arbitraryOf(codec.shape), { minLength: 1, maxLength: Math.min(max, 2) })
    : arbitraryOf(codec.shape)

const headerArbitrary = (definition: string) =>
  arbitraryOf((businessHeader as Codec<unknown>).shape).map(header => ({ ...(header as object), name: 'head.001.001.02', definition }))

/** Any message of this name, with a business header or without. */
export const messageArbitrary = (kind: MessageKind, name: string): fc.Arbitrary<IsoMessage> =>
  fc.record(
    {
      kind: fc.constant(kind),
      name: fc.constant(name),
      header: headerArbitrary(name),
      body: arbitraryOf((definitions[kind].body as Codec<unknown>).shape),
    },
    { requiredKeys: ['kind', 'name', 'body'] },
  ) as unknown as fc.Arbitrary<IsoMessage>
