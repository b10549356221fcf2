import { isReachable } from '@holdfast/profiles'
import { bicSchema, countrySchema, textSchema } from '@holdfast/schemas'
import { z } from 'zod'

/** The name of a secret, which is the name of a file too: it can lead nowhere else. */
export const keyIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits or . _ -')

const formatSchema = z
  .enum(['json', 'iso20022'])
  .default('json')
  .describe(
    '`json` is the order as `freeze.orders.<cc>` has it. `iso20022` is the bank message of an order that has one; the others go out as JSON',
  )

const urlSchema = z
  .string()
  .max(2000)
  .regex(/^https?:\/\//, 'must be an https:// address')
  .superRefine((text, context) => {
    const problem = problemOfUrl(text)
    if (problem) context.addIssue({ code: 'custom', message: problem })
  })

function problemOfUrl(text: string): string | undefined {
  // What has no scheme is said already.
  if (!/^https?:\/\//.test(text)) return undefined
  const url = URL.parse(text)
  if (!url) return 'must be an address, such as https://orders.bank.example/holdfast'
  if (url.username || url.password) return 'must not hold a password: deliveries are signed'
  return url.hash ? 'must not have a part after #' : undefined
}

const topicChannelSchema = z.strictObject({ kind: z.literal('topic').describe('Nothing is sent: who takes it reads the topic') })

export const webhookChannelSchema = z.strictObject({
  kind: z.literal('webhook').describe('A signed POST'),
  url: urlSchema.describe('Where to. `http://` only where `HOLDFAST_WEBHOOKS_PRIVATE` is `allow`'),
  keyIds: z
    .array(keyIdSchema)
    .min(1, 'must name a key: a delivery that is not signed can be anybody’s')
    .max(3)
    .describe('Which secrets sign, each by the name of its file; more than one while a key is changed'),
  format: formatSchema,
})

export const fileChannelSchema = z.strictObject({
  kind: z.literal('file').describe('A file for each order'),
  folder: textSchema(1, 1000)
    .regex(/^(?:\/(?!\.{1,2}(?:\/|$))[^/]+)+$/, 'must be a whole path, from / on, without . or .. or an empty part')
    .describe(
      'Where to, as a whole path, written in one way. It must be there: a folder that is made where a disk should be mounted is read by nobody. Whose it has to be is said [below](#folders)',
    ),
  format: formatSchema,
})

const channelSchema = z.discriminatedUnion('kind', [topicChannelSchema, webhookChannelSchema, fileChannelSchema])
export type Channel = z.output<typeof channelSchema>
export type OrderFormat = z.output<typeof formatSchema>

export const entrySchema = z
  .strictObject({
    name: textSchema(1, 140).describe('For people: it stands in logs and alerts'),
    bic: bicSchema
      .optional()
      .describe('Of an institution. 8 characters, or 11 that end in `XXX`, are the head office and all branches that have no entry'),
    ncb: z
      .literal(true)
      .optional()
      .describe('Instead of `bic`: the national central bureau, or who takes the orders for it; it gets what no entry is for'),
    vasp: z
      .array(textSchema(1, 140))
      .min(1)
      .max(10)
      .optional()
      .describe(
        'Names of a virtual asset service provider, as `payment.wallet.vasp` of an order has them, in either case. It gets the orders about its wallets, whatever their BIC',
      ),
    channel: channelSchema.describe('How an order gets there'),
  })
  .refine(({ bic, ncb }) => bic === undefined || ncb === undefined, 'must have a bic, or be the ncb')
  .refine(
    ({ bic, ncb, vasp }) => bic !== undefined || ncb !== undefined || vasp !== undefined,
    'must have a bic, or be the ncb, or name a vasp',
  )
export type DirectoryEntry = z.output<typeof entrySchema>

const reachable = 'must be the code of a member of INTERPOL or a sub-bureau (ISO 3166-1 alpha-2), such as GB'

/** The directory as a file. The descriptions are the words of docs/directory.md, and of the JSON Schema beside it. */
export const directoryFileSchema = z
  .strictObject({
    $schema: z.string().max(500).optional().describe('For editors: where the JSON Schema of this file is'),
    countries: z
      .record(countrySchema.refine(isReachable, reachable), z.array(entrySchema).max(2000), {
        error: issue => (issue.code === 'invalid_key' ? reachable : undefined),
      })
      .describe('Who takes orders in a country, by its code'),
  })
  .meta({ title: 'Directory', description: 'Who takes the orders of each country, and how they get there.' })
export type DirectoryFile = z.input<typeof directoryFileSchema>
