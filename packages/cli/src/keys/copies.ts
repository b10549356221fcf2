import { Command } from 'commander'
import type { Terminal } from '../terminal.ts'
import { writeAtomically } from '../write-atomically.ts'
import { withKeys } from './with-keys.ts'

const aboutBackup = `
The file has every key as it is stored: encrypted by a key of its country, and that by a master key. Without the master keys it is useless; with them and a copy
of the ledger, all personal data is readable. So store it on another machine than the master keys (HOLDFAST_MASTER_KEYS_FILE, or "master-keys" in HOLDFAST_DATA),
and on another than "holdfast backup".
Later keys are not in the copy, so their data cannot be read with it: make one after each backup of the ledger. Keys that are destroyed later are still in it:
delete a copy as soon as it is of no use.

Example:
  holdfast keys backup keys-2026-11-25.jsonl
`

const aboutTombstones = `
Lists each request whose keys were destroyed: the id, the time, the reason as a code, and the keys' ids. It contains no key and no personal data. "holdfast keys
restore" needs a list that is newer than the copy; otherwise an older copy brings back keys that were destroyed since. Store it apart from the copies of the
keys, so that they are not lost together, and make one whenever a key was destroyed.

Example:
  holdfast keys tombstones tombstones-2026-11-26.jsonl
`

export const keysBackupCommand = (terminal: Terminal): Command =>
  new Command('backup')
    .description('copy all keys to a file, encrypted as they are stored')
    .argument('<file>', 'the target; an existing file is replaced once the copy is complete')
    .addHelpText('after', aboutBackup)
    .action(async (file: string) => {
      const lines = createCounted(terminal)
      await withKeys(terminal, ({ ring }) => writeAtomically(file, lines.of(ring.backup())))
      const { requestKey, countryKey, destruction } = lines.counts
      await terminal.write(`keys of requests: ${requestKey}, keys of countries: ${countryKey}, destructions: ${destruction}; in ${file}\n`)
    })

export const keysTombstonesCommand = (terminal: Terminal): Command =>
  new Command('tombstones')
    .description('list the destroyed keys in a file')
    .argument('<file>', 'the target; an existing file is replaced once the list is complete')
    .addHelpText('after', aboutTombstones)
    .action(async (file: string) => {
      const lines = createCounted(terminal)
      await withKeys(terminal, ({ ring }) => writeAtomically(file, lines.of(ring.tombstones())))
      await terminal.write(`requests whose keys were destroyed: ${lines.counts.destruction}; in ${file}\n`)
    })

const kindPattern = /^\{"(requestKey|countryKey|destruction)":/
const shownEach = 5_000

/** Counts lines, and shows the progress on a terminal. */
function createCounted(terminal: Terminal) {
  const counts = { requestKey: 0, countryKey: 0, destruction: 0 }
  return {
    counts,
    async *of(lines: AsyncIterable<string>): AsyncGenerator<string> {
      let number = 0
      try {
        for await (const line of lines) {
          const kind = kindPattern.exec(line)?.[1] as keyof typeof counts | undefined
          if (kind) counts[kind] += 1
          number += 1
          if (number % shownEach === 0) terminal.showProgress(`${number} lines`)
          yield line
        }
      } finally {
        terminal.showProgress(undefined)
      }
    },
  }
}
