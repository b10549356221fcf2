import { bicSchema, countrySchema, dateSchema, type Problem, sentenceOf } from '@holdfast/schemas'
import { z } from 'zod'
import { ibanSchema, leiSchema, type Money, moneySchema, uetrSchema } from '../../language/index.ts'
import type { XmlElement } from '../xml/read-xml.ts'
import type { Codec, LeafKind, Profile } from './codec.ts'
import { plainDecimal } from './plain-decimal.ts'

// The values that stand in ISO 20022's elements. XSD collapses white space round dates, numbers and codes; text means every blank it has.

/** The characters that XML 1.0 can carry at all. */
const xmlText = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u

/** Max35Text and its kin: lengths count characters, not halves of them. */
export const text = (max: number): Codec<string> =>
  leaf({
    of: 'text',
    max,
    schema: z
      .string()
      .min(1, 'must not be empty')
      .refine(value => value.length <= max || (value.length <= 2 * max && [...value].length <= max), `must have at most ${max} characters`)
      .regex(xmlText, 'must hold only characters that XML can carry'),
    fromText: value => value,
  })

export const text35 = text(35)

/** A code of an external list: any, because lists grow each quarter. */
export const code: Codec<string> = leaf({
  of: 'code',
  schema: z.string().regex(/^[A-Za-z0-9]{1,4}$/, 'must be a code of 1 to 4 letters and digits'),
})

/**
 * Why a cancellation is refused or pending. ISO's list spells the wish for an indemnity IDMN, CBPR+ spells it INDM as ISO's cancellation list does: both are read as
 * INDM, and each profile is written its own.
 */
export const rejectionCode: Codec<string> = leaf({
  of: 'code',
  schema: z
    .string()
    .regex(/^[A-Za-z0-9]{1,4}$/, 'must be a code of 1 to 4 letters and digits')
    .refine(value => value !== 'IDMN', 'say INDM: it is written IDMN where ISO wants it so'),
  fromText: value => (value.trim() === 'IDMN' ? 'INDM' : value.trim()),
  toText: (value, profile) => (value === 'INDM' && profile === 'iso' ? 'IDMN' : value),
})

/** One of a list that the XSD itself closes. */
export const option = <const O extends string>(options: readonly O[]): Codec<O> =>
  leaf({ of: 'option', options, schema: z.enum(options, `must be one of ${options.join(', ')}`) as unknown as z.ZodType<O> })

export const bic: Codec<string> = leaf({ of: 'bic', schema: bicSchema })
export const iban: Codec<string> = leaf({ of: 'iban', schema: ibanSchema })
export const lei: Codec<string> = leaf({ of: 'lei', schema: leiSchema })
export const uetr: Codec<string> = leaf({ of: 'uetr', schema: uetrSchema })
export const country: Codec<string> = leaf({ of: 'country', schema: countrySchema })
export const count: Codec<string> = leaf({ of: 'count', schema: z.string().regex(/^\d{1,15}$/, 'must be a number of at most 15 digits') })

/** XSD lets a date have a time zone; no payment needs it. */
export const date: Codec<string> = leaf({
  of: 'date',
  schema: dateSchema.refine(value => !value.startsWith('0000'), 'must be a date, such as 2024-07-19'),
  fromText: value => value.trim().replace(/(Z|[+-]\d\d:\d\d)$/, ''),
})

const dateTimeWords = 'must be a date and time, such as 2024-07-23T10:20:00+08:00'

/** ISODateTime. The offset may be missing, as it may in the XSD; CBPR+ and our own requests demand it. */
export const dateTime: Codec<string> = leaf({
  of: 'dateTime',
  schema: z.iso
    .datetime({ offset: true, local: true, error: dateTimeWords })
    .regex(/^(?!0000).{10}T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?$/, dateTimeWords),
})

export const flag: Codec<boolean> = leaf({
  of: 'flag',
  schema: z.boolean('must be true or false'),
  fromText: value => ({ true: true, '1': true, false: false, '0': false })[value.trim()],
})

const decimal = (digitsMax: number, decimalsMax: number) =>
  z
    .string('must be a decimal in a string')
    .regex(/^(0|[1-9]\d*)(\.\d+)?$/, 'must be a decimal without sign or spaces')
    .refine(
      value => value.replace('.', '').length <= digitsMax && (value.split('.')[1]?.length ?? 0) <= decimalsMax,
      `must have at most ${digitsMax} digits, ${decimalsMax} of them decimals`,
    )

/** BaseOneRate. Stored as it was said, never computed with. */
export const rate: Codec<string> = leaf({ of: 'rate', schema: decimal(11, 10), fromText: value => plainDecimal(value, 10) })

/** A control sum, over amounts of any currency. */
export const sum: Codec<string> = leaf({ of: 'sum', schema: decimal(18, 17), fromText: value => plainDecimal(value, 17) })

/** An amount with its currency: a decimal string, never a float. */
export const money: Codec<Money> = {
  schema: moneySchema,
  shape: { kind: 'leaf', of: 'money' },
  read(element, at, problems) {
    const value = plainDecimal(element.text, 5)
    const currency = element.attributes.get('Ccy')
    if (currency === undefined) problems.push({ code: 'MISSING', path: `${at}/@Ccy`, message: 'is missing' })
    const parsed = moneySchema.safeParse({ value, currency: currency?.trim() ?? 'XXX' })
    if (!parsed.success)
      for (const { path, message } of parsed.error.issues)
        problems.push({ code: 'BAD_FORMAT', path: path[0] === 'currency' ? `${at}/@Ccy` : at, message })
    return parsed.success && currency !== undefined ? parsed.data : undefined
  },
  write: ({ currency, value }, name) => ({ name, attributes: { Ccy: currency }, text: value }),
}

interface Leaf<T> {
  readonly of: LeafKind
  readonly max?: number
  readonly options?: readonly string[]
  readonly schema: z.ZodType<T>
  readonly fromText?: (text: string) => unknown
  readonly toText?: (value: T, profile: Profile) => string
}

function leaf<T>({ schema, fromText = value => value.trim(), toText = String, ...shape }: Leaf<T>): Codec<T> {
  return {
    schema,
    shape: { kind: 'leaf', ...shape },
    read(element: XmlElement, at: string, problems: Problem[]) {
      if (element.children.length > 0) {
        problems.push({ code: 'WRONG_TYPE', path: at, message: 'must be text, and holds elements' })
        return undefined
      }
      const parsed = schema.safeParse(fromText(element.text), { error: sentenceOf })
      if (parsed.success) return parsed.data
      problems.push({ code: 'BAD_FORMAT', path: at, message: parsed.error.issues[0]?.message ?? 'is not right' })
      return undefined
    },
    write: (value, name, profile) => ({ name, text: toText(value, profile) }),
  }
}
