import { createCountryTopics, type Running } from '@holdfast/runtime'
import type { ServiceContext } from '@holdfast/service-kit'
import type { DeskWorld } from '../../desk-world.ts'
import type { StreamSlots } from '../../stream/stream-slots.ts'
import { createAwaitedOrders } from './await-orders.ts'
import { getOrders } from './get-orders.ts'
import { getOwnAnswers } from './get-own-answers.ts'
import { getOwnOrders } from './get-own-orders.ts'
import { openOrdersFile } from './open-orders-file.ts'
import { createOrderReader } from './read-orders.ts'
import { createStoredBankMessages } from './stored-bank-messages.ts'
import { createStoredOrders } from './stored-orders.ts'

/** Orders to institutions, for their country and for institutions with a key of their own. Registers the endpoints. */
export function startOrders(
  context: ServiceContext,
  { deskOf, expected, turns, cursors, views, decrypter, followed }: DeskWorld,
  slots: StreamSlots,
): Running {
  const { streams } = context
  const file = openOrdersFile(context)
  const stored = createStoredOrders(file)
  const messages = createStoredBankMessages(file)
  const reader = createOrderReader({ streams, countryTopics: createCountryTopics(streams), stored, messages, file })
  getOrders(context, { expected, turns, stored, messages, reader })
  const awaited = createAwaitedOrders(reader, stored)
  getOwnOrders(context, { stored, reader, turns, cursors, awaited, slots })
  getOwnAnswers(context, { deskOf, stored, reader, turns, views, decrypter, followed })
  return {
    async stop() {
      awaited.stop()
      await file.close()
    },
  }
}
