import type { Kind } from '../kind.ts'
import type { EngineName, Site } from '../site.ts'
import { brokerDiskFull, brokerKill, leaders } from './brokers.ts'
import { clockALittle, clockFar } from './clocks.ts'
import { diskFull, tornLog, tornView } from './files.ts'
import { keysLost, keysOlder } from './keys.ts'
import { links } from './links.ts'
import { surge } from './load.ts'
import { kill, rolling, sleep } from './processes.ts'
import { redisFailOver, redisFlush, redisOldDump } from './redis.ts'
import { restoreKilled } from './restores.ts'

/** Every kind of fault; each receives the site of its own engine only. */
export const kinds = [
  kill,
  sleep,
  rolling,
  surge,
  clockALittle,
  clockFar,
  brokerKill,
  brokerDiskFull,
  leaders,
  ...links,
  redisFlush,
  redisOldDump,
  redisFailOver,
  diskFull,
  tornView,
  tornLog,
  keysLost,
  keysOlder,
  restoreKilled,
] as readonly Kind<Site>[]

export const kindsOf = (engine: EngineName): readonly Kind[] => kinds.filter(kind => kind.engine === 'both' || kind.engine === engine)
