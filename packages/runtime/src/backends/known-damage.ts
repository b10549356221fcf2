import type { DamagedFileError } from '@holdfast/sqlite'
import type { Logger } from '../log.ts'

/** The known damage of a file that cannot be rebuilt. */
export interface KnownDamage {
  /** Call it with each damage that is found: it logs it with the way to recover. */
  onDamage(error: DamagedFileError): void
  /** The first damage that was found and what to do; undefined if there is none. */
  why(): string | undefined
}

/** @param wayBack how to recover, in short; a documentation page has the details. */
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
