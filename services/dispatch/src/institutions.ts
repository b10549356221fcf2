import type { Directory, OrderFormat } from '@holdfast/directory'
import type { Parking } from '@holdfast/request-state'
import type { CountryTopics, DeadLetters, Running } from '@holdfast/runtime'
import type { DispatchedOrder } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { OrderFinder } from './state/find-orders.ts'

/** An order as its institution reads it. */
export interface FormattedOrder {
  readonly body: string
  readonly mediaType: string
  readonly extension: 'json' | 'xml'
}

/** What the answers of institutions need of dispatch. */
export interface AnswerParts {
  readonly context: ServiceContext
  readonly deadLetters: DeadLetters
  readonly countryTopics: CountryTopics
  readonly parking: Parking
  readonly orders: OrderFinder
  readonly directory: () => Directory
}

/** The institutions to which a workflow sends orders. */
export interface Institutions {
  /** @param sender the name of the authority that sends the order. */
  readonly formatOrder: (order: DispatchedOrder, format: OrderFormat, sender: string) => FormattedOrder
  readonly startAnswers: (parts: AnswerParts) => Promise<Running>
}
