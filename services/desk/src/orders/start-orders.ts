import { createCountryTopics, type Running } from '@holdfast/runtime'
import type { ServiceContext } from '@holdfast/service-kit'
import type { DeskWorld } from '../desk-world.ts'
import type { StreamSlots } from '../stream/stream-slots.ts'
import { createAwaitedOrders } from './await-orders.ts'
import { getOrders } from './get-orders.ts'
import { getOwnAnswers } from './get-own-answers.ts'
import { getOwnOrders } from './get-own-orders.ts'
import { openOrdersFile } from './open-orders-file.ts'
import { createOrderReader } from './read-orders.ts'
import { createStoredBankMessages } from './stored-bank-messages.ts'
import { createStoredOrders } from './stored-orders.ts'

/** What institutions were told to do, for their country and for those that speak by a key of their own. Adds its addresses to the door. */
export function startOrders(
  context: ServiceContext,
  { expected, turns, places, views, words, followed }: DeskWorld,
  slots: StreamSlots,
): Running {
  const { streams } = context
  const file = openOrdersFile(context)
  const kept = createStoredOrders(file)
  const messages = createStoredBankMessages(file)
  const reader = createOrderReader({ streams, countryTopics: createCountryTopics(streams), kept, messages, file })
  getOrders(context, { expected, turns, kept, messages, reader })
  const awaited = createAwaitedOrders(reader, kept)
  getOwnOrders(context, { kept, reader, turns, places, awaited, slots })
  getOwnAnswers(context, { kept, reader, turns, views, words, followed })
  return {
    async stop() {
      awaited.stop()
      await file.close()
    },
  }
}
