import type { Throttle } from './kind.ts'
import type { Members } from './members.ts'
import type { Plan } from './plans.ts'
import { pause, type World } from './world.ts'

export interface Load extends Throttle {
  /** While paused, sends no new requests. */
  hold(isHeld: boolean): void
  stop(): void
}

/** The most open requests: beyond them no new one is sent, so that an excessive load does not grow without bound. */
const underWayMax = 150

/** Sends planned requests at this average rate until it is stopped. */
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
