import { canonicalJson, parseForeignBytes, sha256Of } from '@holdfast/schemas'
import { type Case, refusal, type VectorKind, vectorsOf } from './vector-file.ts'

/** A JSON text, the bytes of one in hex, or the bits of a double in hex, high byte first. */
type Input = { readonly text: string } | { readonly bytes: string } | { readonly double: string }

const rule =
  'The canonical JSON of RFC 8785, and the SHA-256 (lower-case hex) of its UTF-8. What goes in is the text of a JSON document, its bytes in hex, or the bits of one IEEE 754 double in hex. Refused is what is no JSON (RFC 8259), no UTF-8 or no Unicode, a number beyond a double, and an object that names a member twice.'

const texts: readonly Case<Input>[] = [
  ['nothing in it', { text: ' { } ' }],
  ['a list keeps its order', { text: '[3, 1, 2, [], {}, null, true, false, ""]' }],
  ['members in the order of their names, at every depth', { text: '{"b":{"d":1,"c":[{"z":1,"y":2}]},"a":2}' }],
  ['a longer name comes after its beginning', { text: '{"ab":1,"a":2,"":3,"a b":4,"A":5,"_":6}' }],
  ['names that are numbers are names', { text: '{"10":1,"9":2,"1":3,"-1":4,"01":5,"1a":6}' }],
  ['names that mean something to an engine of JavaScript', { text: '{"toJSON":1,"__proto__":{"b":1,"a":2},"constructor":3,"length":4}' }],
  [
    'names by the units of UTF-16, where a character beyond the basic plane comes before one of its end (RFC 8785, 3.2.3)',
    {
      text: '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
    },
  ],
  [
    'escapes and numbers as the RFC has them (3.2.2)',
    {
      text: '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    },
  ],
  [
    'every control character, by its short escape where it has one',
    { text: `"${[...Array(32).keys()].map(unit => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"` },
  ],
  ['what is never escaped', { text: '"\\u007f\\u0080\\u00ad\\u2028\\u2029\\ufeff\\/\\u003c\\u0026"' }],
  ['a letter and its accent stay two characters', { text: '["\\u00e9","e\\u0301"]' }],
  ['the same text as the escapes and as the letters', { bytes: Buffer.from('{"ação":"“€” 😀"}').toString('hex') }],
  ['a half of a pair in a text', { text: '"\\ud800"' }, 'half of a surrogate pair is no character'],
  ['a half of a pair in a name', { text: '{"a":{"\\udc00":1}}' }, 'half of a surrogate pair is no character'],
  ['a pair the wrong way round', { text: '"\\ude00\\ud83d"' }, 'half of a surrogate pair is no character'],
  ['a member that is there twice', { text: '{"amount":"1.00","amount":"2.00"}' }, 'RFC 8785 wants I-JSON: names are unique'],
  ['a member that is there twice, once by an escape', { text: '[{"a":{"b":1,"\\u0062":2}}]' }, 'RFC 8785 wants I-JSON: names are unique'],
  ['bytes that are no UTF-8', { bytes: Buffer.from('"Sao Jo\xe3o"', 'latin1').toString('hex') }, 'Latin-1'],
  ['half of a pair as bytes', { bytes: '22eda08022' }, 'UTF-8 has no bytes for a surrogate'],
  ['a number too large', { text: '[1e400]' }, 'beyond a double'],
  ['no number', { text: '[NaN]' }, 'no JSON'],
  ['Infinity', { text: '[-Infinity]' }, 'no JSON'],
  ['a zero in front', { text: '[01]' }, 'no JSON'],
  ['a comma too many', { text: '{"a":1,}' }, 'no JSON'],
  ['a line break in a text', { text: '"a\nb"' }, 'no JSON'],
  ['something behind it', { text: '{} {}' }, 'no JSON'],
  ['nothing', { text: '' }, 'no JSON'],
]

const numbers: readonly Case<Input>[] = [
  '0',
  '-0',
  '1',
  '-1.0',
  '10',
  '1e0',
  '1E+2',
  '100000000000000000000',
  '1e21',
  '123456789012345678901',
  '1234567890123456789012',
  '0.1',
  '0.000001',
  '0.0000001',
  '1.5e-7',
  '4.50',
  '1e23',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740995',
  '0.1000000000000000055511151231257827',
  '1e-400',
  '179769313486231570000e288',
].map(text => [`the number ${text}`, { text }])

/** RFC 8785, appendix B, and the limits of a double. */
const doubles: readonly Case<Input>[] = [
  '0000000000000000',
  '8000000000000000',
  '0000000000000001',
  '8000000000000001',
  '7fefffffffffffff',
  'ffefffffffffffff',
  '4340000000000000',
  'c340000000000000',
  '4430000000000000',
  '44b52d02c7e14af5',
  '44b52d02c7e14af6',
  '44b52d02c7e14af7',
  '444b1ae4d6e2ef4e',
  '444b1ae4d6e2ef4f',
  '444b1ae4d6e2ef50',
  '3eb0c6f7a0b5ed8c',
  '3eb0c6f7a0b5ed8d',
  '41b3de4355555553',
  '41b3de4355555554',
  '41b3de4355555555',
  '41b3de4355555556',
  '41b3de4355555557',
  'becbf647612f3696',
  '43143ff3c1cb0959',
  '0010000000000000',
  '000fffffffffffff',
  '3ff0000000000001',
].map(double => [`the double ${double}`, { double }])

const noNumbers: readonly Case<Input>[] = [
  ['the double 7fffffffffffffff', { double: '7fffffffffffffff' }, 'NaN'],
  ['the double 7ff0000000000000', { double: '7ff0000000000000' }, 'Infinity'],
]

export const canonicalJsonVectors = async (): Promise<VectorKind> => ({
  kind: 'canonical-json',
  rule,
  vectors: await vectorsOf([...texts, ...numbers, ...doubles, ...noNumbers], outputOf),
})

function outputOf(input: Input): object {
  if ('double' in input) return writtenAs(Buffer.from(input.double, 'hex').readDoubleBE())
  const parsed = parseForeignBytes(Buffer.from('text' in input ? input.text : input.bytes, 'text' in input ? 'utf8' : 'hex'))
  return parsed.ok ? writtenAs(parsed.value) : refusal
}

function writtenAs(value: unknown): object {
  try {
    const canonical = canonicalJson(value)
    return { canonical, sha256: sha256Of(canonical) }
  } catch {
    return refusal
  }
}
