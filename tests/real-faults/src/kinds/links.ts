import type { Chance } from '../../../simulation/src/chance/chance.ts'
import { type ClusterSite, type Half, halves } from '../cluster-site.ts'
import type { Kind, Struck } from '../kind.ts'
import type { FarLink } from '../links.ts'

type Ways = Readonly<Record<Half, FarLink>>

/** The faults of a link. */
const harms = {
  cut: { what: 'is cut', do: (link: FarLink) => link.cut() },
  delayed: {
    what: 'is slow: each packet arrives 50 to 700 ms later',
    do: (link: FarLink, chance: Chance) => link.delay(chance.between(50, 700)),
  },
  'half-open': { what: 'stays open and carries no data', do: (link: FarLink) => link.halfOpen() },
} as const
type Harm = keyof typeof harms

/** The links of one half of the processes, or of both, to one server. */
async function harm(kind: Harm, links: Ways, of: string, chance: Chance): Promise<Struck> {
  const met = chance.pick([['A'], ['B'], halves] as const)
  await Promise.all(met.map(half => harms[kind].do(links[half], chance)))
  return {
    whom: `${of}, for ${met.length === 2 ? 'all' : `half ${met[0]}`}`,
    lastsMs: chance.between(1_500, 9_000),
    async end() {
      await Promise.all(met.map(half => links[half].heal()))
    },
  }
}

const atBroker = (kind: Harm): Kind<ClusterSite> => ({
  name: `broker-${kind}`,
  engine: 'cluster',
  what: `the link to a broker ${harms[kind].what}, for half of the processes or for all`,
  needs: 'brokers',
  mayRepeat: true,
  async happen({ brokerLinks }, chance) {
    const nth = chance.between(0, brokerLinks.length - 1)
    return harm(kind, brokerLinks[nth] as Ways, `broker ${nth + 1}`, chance)
  },
})

const atRedis = (kind: Harm): Kind<ClusterSite> => ({
  name: `redis-${kind}`,
  engine: 'cluster',
  what: `the link to Redis ${harms[kind].what}, for half of the processes or for all`,
  needs: 'redis',
  mayRepeat: false,
  happen: async ({ redisLinks }, chance) => harm(kind, redisLinks, 'Redis', chance),
})

const names = Object.keys(harms) as Harm[]
export const links: readonly Kind<ClusterSite>[] = [...names.map(atBroker), ...names.map(atRedis)]
