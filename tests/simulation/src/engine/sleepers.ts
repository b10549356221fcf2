/**
 * Processes that paused while writing to a partition. Some resume right after another process of the same service has
 * read the end of that partition and relies on it.
 */
export interface Sleepers {
  /** Calls `wake` at most once, when another process than `sleeper` reads. */
  add(place: Place, sleeper: object, wake: () => void): void
  looked(place: Place, by: object): void
}

interface Place {
  readonly service: string
  readonly topic: string
  readonly partition: number
}

export function createSleepers(): Sleepers {
  const asleep = new Map<string, { readonly sleeper: object; readonly wake: () => void }[]>()
  const nameOf = ({ service, topic, partition }: Place) => `${service}/${topic}/${partition}`
  return {
    add(place, sleeper, wake) {
      const name = nameOf(place)
      asleep.set(name, [...(asleep.get(name) ?? []), { sleeper, wake }])
    },
    looked(place, by) {
      const name = nameOf(place)
      const there = asleep.get(name)
      if (!there) return
      asleep.set(
        name,
        there.filter(({ sleeper }) => sleeper === by),
      )
      for (const { sleeper, wake } of there) if (sleeper !== by) wake()
    },
  }
}
