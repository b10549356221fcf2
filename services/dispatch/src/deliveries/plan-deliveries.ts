import { countriesWithEndpoints, type Directory, recipientOf } from '@holdfast/directory'
import type { Clock } from '@holdfast/runtime'
import { type DispatchedDelivery, type DispatchedOrder, plannedDelivery } from '@holdfast/schemas'

/** Returns the delivery plan of an order; undefined if its recipient reads the topic. */
export type PlanDelivery = (order: DispatchedOrder, vasp?: string) => DispatchedDelivery | undefined

/**
 * Plans with the directory at the time of the order. For a country whose institutions all read the topic, it costs one
 * lookup in a set.
 */
export function createDeliveryPlan(current: () => Directory, clock: Clock): PlanDelivery {
  let known: { readonly directory: Directory; readonly countries: ReadonlySet<string> } | undefined

  function hasEndpoints(country: string): boolean {
    const directory = current()
    if (known?.directory !== directory) known = { directory, countries: new Set(countriesWithEndpoints(directory)) }
    return known.countries.has(country)
  }

  return (order, vasp) => {
    const { country, institution } = order.data
    if (!hasEndpoints(country)) return undefined
    const { channel } = recipientOf(current(), country, institution.bic, vasp)
    return channel.kind === 'topic' ? undefined : plannedDelivery(order, vasp, clock.now())
  }
}
