import { type OrderFormat, type Recipient, signWebhook, type WebhookSecrets } from '@holdfast/directory'
import type { Clock } from '@holdfast/runtime'
import type { DispatchedOrder } from '@holdfast/schemas'
import type { FormattedOrder } from '../institutions.ts'
import { type AttemptResult, resultOf } from './attempt-result.ts'
import { type DropFile, UntrustedFolderError } from './drop-file.ts'
import { failureReasonOf } from './failure-reason.ts'
import type { WebhookPoster } from './post-webhook.ts'
import { UnreachableAddressError } from './reachable-address.ts'

interface Dependencies {
  readonly poster: Pick<WebhookPoster, 'post'>
  readonly dropFile: DropFile
  readonly secrets: WebhookSecrets
  readonly format: (order: DispatchedOrder, format: OrderFormat) => FormattedOrder
  readonly clock: Clock
}

/** Tries once to deliver an order to its recipient. Throws errors that may pass without repair. */
export const createAttempt =
  ({ poster, dropFile, secrets, format, clock }: Dependencies) =>
  async ({ channel }: Recipient, text: string, signal: AbortSignal): Promise<AttemptResult> => {
    // The order is already in the topic that the recipient reads.
    if (channel.kind === 'topic') return { outcome: 'delivered' }
    const order = JSON.parse(text) as DispatchedOrder
    const { body, mediaType, extension } = format(order, channel.format)
    if (channel.kind === 'file') {
      try {
        await dropFile({ folder: channel.folder, orderId: order.data.orderId, extension, body })
        return { outcome: 'delivered' }
      } catch (error) {
        if (error instanceof UntrustedFolderError) return { outcome: 'failed', why: error.message, slow: true }
        throw error
      }
    }
    const keys: Buffer[] = []
    try {
      for (const keyId of channel.keyIds) keys.push(secrets.read(keyId))
    } catch (error) {
      return { outcome: 'failed', why: failureReasonOf(error), slow: true }
    }
    const headers = { 'content-type': mediaType, ...signWebhook(order.data.orderId, clock.now(), body, keys) }
    try {
      return resultOf(await poster.post({ url: channel.url, headers, body, signal }), clock.now())
    } catch (error) {
      if (error instanceof UnreachableAddressError) return { outcome: 'failed', why: error.message, slow: true }
      throw error
    }
  }
