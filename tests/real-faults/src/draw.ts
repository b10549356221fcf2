import type { Chance } from '../../simulation/src/chance/chance.ts'
import type { Kind } from './kind.ts'
import type { Site } from './site.ts'

/** Returns each kind once in a drawn order before any repeats, so that a short campaign has many. */
export function createBag(kinds: readonly Kind[], chance: Chance): (isFit: (kind: Kind) => boolean) => Kind | undefined {
  const left: Kind[] = []
  return isFit => {
    if (!left.some(isFit) && kinds.some(isFit)) left.push(...shuffled(kinds, chance))
    const at = left.findIndex(isFit)
    return at < 0 ? undefined : left.splice(at, 1)[0]
  }
}

function shuffled<T>(of: readonly T[], chance: Chance): T[] {
  const all = [...of]
  for (let at = all.length - 1; at > 0; at--) {
    const other = chance.between(0, at)
    ;[all[at], all[other]] = [all[other] as T, all[at] as T]
  }
  return all
}

/** The kinds that are possible here; prints the reason for each other one. */
export function possible(kinds: readonly Kind[], site: Site, say: (line: string) => void): readonly Kind[] {
  return kinds.filter(kind => {
    const why = kind.whyNot?.(site)
    if (why) say(`${kind.name} is left out: ${why}`)
    return why === undefined
  })
}
