import { isReachable } from '@holdfast/countries'
import { bicSchema, countrySchema, textSchema } from '@holdfast/schemas'
import { z } from 'zod'

/** The name of a secret, which is also a file name, so it cannot contain a path. */
export const keyIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits or . _ -')

const formatSchema = z
  .enum(['json', 'iso20022'])
  .default('json')
  .describe(
    '`json` is the order as in `freeze.orders.<cc>`. `iso20022` is the bank message, for orders that have one; other orders are sent as JSON',
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
  // The pattern already reports a missing scheme.
  if (!/^https?:\/\//.test(text)) return undefined
  const url = URL.parse(text)
  if (!url) return 'must be an address, such as https://orders.bank.example/holdfast'
  if (url.username || url.password) return 'must not hold a password: deliveries are signed'
  return url.hash ? 'must not have a part after #' : undefined
}

const topicChannelSchema = z.strictObject({ kind: z.literal('topic').describe('Nothing is sent: the recipient reads the topic') })

export const webhookChannelSchema = z.strictObject({
  kind: z.literal('webhook').describe('A signed POST'),
  url: urlSchema.describe('The endpoint. `http://` only if `HOLDFAST_WEBHOOKS_PRIVATE` is `allow`'),
  keyIds: z
    .array(keyIdSchema)
    .min(1, 'must name a key: an unsigned delivery could come from any sender')
    .max(3)
    .describe('The signing secrets, by file name; more than one during a key rotation'),
  format: formatSchema,
})

export const fileChannelSchema = z.strictObject({
  kind: z.literal('file').describe('A file for each order'),
  folder: textSchema(1, 1000)
    .regex(/^(?:\/(?!\.{1,2}(?:\/|$))[^/]+)+$/, 'must be a whole path, from / on, without . or .. or an empty part')
    .describe('The absolute path of an existing folder. docs/operate/directory.md describes its owner'),
  format: formatSchema,
})

const channelSchema = z.discriminatedUnion('kind', [topicChannelSchema, webhookChannelSchema, fileChannelSchema])
export type Channel = z.output<typeof channelSchema>
export type OrderFormat = z.output<typeof formatSchema>

export const entrySchema = z
  .strictObject({
    name: textSchema(1, 140).describe('A name for people, in logs and alerts'),
    bic: bicSchema
      .optional()
      .describe('The BIC of an institution. 8 characters, or 11 that end in `XXX`, mean the head office and all branches without an entry'),
    ncb: z
      .literal(true)
      .optional()
      .describe('Instead of `bic`: the National Central Bureau, or its representative; it receives all orders without another entry'),
    vasp: z
      .array(textSchema(1, 140))
      .min(1)
      .max(10)
      .optional()
      .describe(
        'Names of a virtual asset service provider, as in `payment.wallet.vasp` of an order, in any case. It receives orders about its wallets, whatever their BIC',
      ),
    channel: channelSchema.describe('The delivery channel'),
  })
  .refine(({ bic, ncb }) => bic === undefined || ncb === undefined, 'must have a bic, or be the ncb')
  .refine(
    ({ bic, ncb, vasp }) => bic !== undefined || ncb !== undefined || vasp !== undefined,
    'must have a bic, or be the ncb, or name a vasp',
  )
export type DirectoryEntry = z.output<typeof entrySchema>

const reachable = 'must be the code of a member of INTERPOL or a sub-bureau (ISO 3166-1 alpha-2), such as GB'

/** The directory as a file. The descriptions appear in docs/reference/directory-file.md and in the JSON Schema. */
export const directoryFileSchema = z
  .strictObject({
    $schema: z.string().max(500).optional().describe('For editors: where the JSON Schema of this file is'),
    countries: z
      .record(countrySchema.refine(isReachable, reachable), z.array(entrySchema).max(2000), {
        error: issue => (issue.code === 'invalid_key' ? reachable : undefined),
      })
      .describe('Recipients by country code'),
  })
  .meta({ title: 'Directory', description: 'The recipients of each country’s orders, and their channels.' })
export type DirectoryFile = z.input<typeof directoryFileSchema>
