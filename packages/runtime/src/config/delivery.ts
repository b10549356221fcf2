import { z } from 'zod'
import { filePath, wholeNumber } from './values.ts'

/** How orders get to institutions. */
export const delivery = {
  HOLDFAST_DIRECTORY: filePath
    .optional()
    .describe(
      'Directory file as docs/directory.md has it, for dispatch, desk and ledger: who takes an order and how; without it all read the topic, but for `directory.json` beside development keys',
    ),
  HOLDFAST_WEBHOOK_SECRETS: filePath
    .optional()
    .describe('Folder of the secrets that webhooks are signed with, a file for each; without it `webhook-secrets` in HOLDFAST_DATA'),
  HOLDFAST_WEBHOOKS_PRIVATE: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('Whether webhooks may go to addresses that are not public, and without TLS'),
  HOLDFAST_DELIVERY_WITHIN_MS: wholeNumber(1_000, 1_209_600_000)
    .default(86_400_000)
    .describe('How long it is tried to deliver an order before the desks are told; the default is a day'),
  HOLDFAST_DELIVERY_ATTEMPTS: wholeNumber(1, 100_000)
    .default(1_000)
    .describe('How often it is tried to deliver an order before the desks are told'),
}
