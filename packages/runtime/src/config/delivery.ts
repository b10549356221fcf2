import { z } from 'zod'
import { filePath, wholeNumber } from './values.ts'

/** The delivery of orders to institutions. */
export const delivery = {
  HOLDFAST_DIRECTORY: filePath.optional().describe('Directory file; without it, all recipients read the topic'),
  HOLDFAST_WEBHOOK_SECRETS: filePath.optional().describe('Folder of the webhook secrets; default: `webhook-secrets` in HOLDFAST_DATA'),
  HOLDFAST_WEBHOOKS_PRIVATE: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('Whether webhooks may use private addresses, and no TLS'),
  HOLDFAST_DELIVERY_WITHIN_MS: wholeNumber(1_000, 1_209_600_000)
    .default(86_400_000)
    .describe('How long dispatch tries to deliver an order; default: one day'),
  HOLDFAST_DELIVERY_ATTEMPTS: wholeNumber(1, 100_000).default(1_000).describe('How often dispatch tries to deliver an order'),
}
