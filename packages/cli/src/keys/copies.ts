import { Command } from 'commander'
import type { Terminal } from '../terminal.ts'
import { writeAtomically } from '../write-atomically.ts'
import { withKeys } from './with-keys.ts'

const aboutBackup = `
The file has every key as it is stored: wrapped by a key of its country, and that by a master key. Without the master keys it opens nothing; with them, it and a copy of the ledger are the words of everybody. So it belongs on another machine
than the master keys (HOLDFAST_MASTER_KEYS_FILE, or "master-keys" in HOLDFAST_DATA), and on another than "holdfast backup".
A key that is made later is not in it, and what that key has sealed can't be read with this copy alone: take one as often as of the ledger, and after it. A key that is destroyed later still lies in it: keep no copy for longer than it is of use.

Example:
  holdfast keys backup keys-2026-11-25.jsonl
`

const aboutTombstones = `
Of each request whose keys were destroyed: which, when, why as a code, and which keys. It holds no key and no word of anybody. "holdfast keys restore" needs a list that is newer than the copy, or an older copy brings back what was destroyed since:
keep it apart from the copies of the keys, so that who loses the one has the other, and take one whenever a key was destroyed.

Example:
  holdfast keys tombstones tombstones-2026-11-26.jsonl
`

export const keysBackupCommand = (terminal: Terminal): Command =>
  new Command('backup')
    .description('copy all keys into a file, as they are stored')
    .argument('<file>', 'where to; one that is there is replaced once the copy is whole')
    .addHelpText('after', aboutBackup)
    .action(async (file: string) => {
      const lines = createCounted(terminal)
      await withKeys(terminal, ({ ring }) => writeAtomically(file, lines.of(ring.backup())))
      const { requestKey, countryKey, destruction } = lines.counts
      await terminal.write(`keys of requests: ${requestKey}, keys of countries: ${countryKey}, destructions: ${destruction}; in ${file}\n`)
    })

export const keysTombstonesCommand = (terminal: Terminal): Command =>
  new Command('tombstones')
    .description('list in a file what was destroyed')
    .argument('<file>', 'where to; one that is there is replaced once the list is whole')
    .addHelpText('after', aboutTombstones)
    .action(async (file: string) => {
      const lines = createCounted(terminal)
      await withKeys(terminal, ({ ring }) => writeAtomically(file, lines.of(ring.tombstones())))
      await terminal.write(`requests whose keys were destroyed: ${lines.counts.destruction}; in ${file}\n`)
    })

const kindPattern = /^\{"(requestKey|countryKey|destruction)":/
const shownEach = 5_000

/** Counts what passes, and shows on a terminal how far it is. */
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
