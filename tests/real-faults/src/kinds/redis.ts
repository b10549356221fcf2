import type { ClusterSite } from '../cluster-site.ts'
import type { Kind } from '../kind.ts'
import { pause } from '../world.ts'

export const redisFlush: Kind<ClusterSite> = {
  name: 'redis-flush',
  engine: 'cluster',
  what: 'Redis forgets everything',
  needs: 'redis',
  mayRepeat: false,
  forgets: true,
  async happen({ redis }) {
    await redis()[0].flush()
    return { whom: 'Redis', lastsMs: 0, end: async () => undefined }
  },
}

export const redisOldDump: Kind<ClusterSite> = {
  name: 'redis-old-dump',
  engine: 'cluster',
  what: 'Redis is killed and restarted with its data of some seconds before',
  needs: 'redis',
  mayRepeat: false,
  forgets: true,
  async prepare({ redis }, chance) {
    await redis()[0].save()
    await pause(chance.between(500, 8_000))
  },
  async happen({ redis }, chance) {
    const [server] = redis()
    await server.kill('SIGKILL')
    return { whom: 'Redis', lastsMs: chance.between(100, 2_000), end: () => server.restart() }
  },
}

export const redisFailOver: Kind<ClusterSite> = {
  name: 'redis-fail-over',
  engine: 'cluster',
  what: 'the replica of Redis is promoted, and the former primary is killed and restarted as the replica',
  needs: 'redis',
  mayRepeat: false,
  forgets: true,
  async happen(site, chance) {
    const [former, copy] = site.redis()
    await former.kill('SIGKILL')
    return {
      whom: 'Redis',
      lastsMs: chance.between(100, 3_000),
      async end() {
        await copy.follow(undefined)
        await site.turnRedis()
        await former.restart()
        await former.follow(copy.port)
      },
    }
  },
}
