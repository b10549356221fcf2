import type { DamagedFileError } from '@holdfast/sqlite'
import type { Logger } from '../log.ts'

/** What is known of damage to a file that can't be made again. */
export interface KnownDamage {
  /** To be called with each damage that is met: logs it with the way back. */
  onDamage(error: DamagedFileError): void
  /** The first damage that was met and what to do; undefined while there is none. */
  why(): string | undefined
}

/** @param wayBack what to do about it; the page says it at length. */
export function createKnownDamage(file: string, wayBack: string, log: Logger): KnownDamage {
  let damage: string | undefined
  return {
    onDamage({ message }) {
      damage ??= `${message}: ${wayBack}`
      log.error({ file, reason: message }, wayBack)
    },
    why: () => damage,
  }
}
