import type { Chance } from '../chance/chance.ts'

/** A commit that is not durable yet, as in `packages/sqlite`. */
interface Written {
  onDurable(): void
}

/** Makes commits durable in order, after some milliseconds of virtual time. */
export function createVirtualDisk(chance: Chance) {
  let waiting: Written[] = []
  let isBusy = false

  function sync(): void {
    if (isBusy || waiting.length === 0) return
    isBusy = true
    const underWay = waiting
    waiting = []
    setTimeout(
      () => {
        isBusy = false
        for (const each of underWay) each.onDurable()
        sync()
      },
      chance.between(0, 5),
    )
  }

  return {
    get isBusy() {
      return isBusy
    },
    broken: undefined,
    sync(written: Written): void {
      waiting.push(written)
      sync()
    },
    onBroken: () => undefined,
    close: () => () => undefined,
  }
}
