import { countriesWithEndpoints, type Directory, recipientOf } from '@holdfast/directory'
import type { Clock } from '@holdfast/runtime'
import { type Delivery, type Order, plannedDelivery } from '@holdfast/schemas'

/** The plan by which an order is delivered; undefined where whoever is to have it reads the topic. */
export type PlanDelivery = (order: Order) => Delivery | undefined

/** Plans by the directory as it is when an order is made. An order of a country whose institutions all read the topic costs a look into a set. */
export function createDeliveryPlan(current: () => Directory, clock: Clock): PlanDelivery {
  let known: { readonly directory: Directory; readonly countries: ReadonlySet<string> } | undefined

  function hasEndpoints(country: string): boolean {
    const directory = current()
    if (known?.directory !== directory) known = { directory, countries: new Set(countriesWithEndpoints(directory)) }
    return known.countries.has(country)
  }

  return order => {
    const { country, institution, payment } = order.data
    if (!hasEndpoints(country)) return undefined
    const { channel } = recipientOf(current(), country, institution.bic, payment.wallet?.vasp)
    return channel.kind === 'topic' ? undefined : plannedDelivery(order, clock.now())
  }
}
