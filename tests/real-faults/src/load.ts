import type { Throttle } from './kind.ts'
import type { Members } from './members.ts'
import type { Plan } from './plans.ts'
import { pause, type World } from './world.ts'

export interface Load extends Throttle {
  /** Sends nothing new while it is held. */
  hold(isHeld: boolean): void
  stop(): void
}

/** So many requests are under way at once, from their first sending to their end; beyond them nothing new is sent, so that a load which is too much for a machine does not grow for ever. */
const underWayMax = 150

/** Sends what is planned, so many a second on average, until it is stopped. */
export function startLoad(world: World, members: Members, next: () => Plan, perSecond: number): Load {
  const chance = world.chance.branch('load')
  let factor = 1
  let isHeld = false
  let isStopped = false
  let unsent = 0
  async function send(): Promise<void> {
    unsent++
    await members.send(next())
    unsent--
  }
  const underWay = () => unsent + world.progress.underWay()
  async function run(): Promise<void> {
    while (!isStopped) {
      await pause((1_000 / (perSecond * factor)) * (0.5 + chance.next()))
      if (!isHeld && !isStopped && underWay() < underWayMax) world.follow(send())
    }
  }
  void run()
  return {
    times(wanted) {
      factor = wanted
    },
    hold(wanted) {
      isHeld = wanted
    },
    stop() {
      isStopped = true
    },
  }
}
